using AiCredits.AspNetCore.Problems;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>Answers 503 when the ledger can't be reached, on every endpoint of the group.</summary>
internal sealed class UnavailableFilter(CreditProblems problems) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (LedgerUnavailableException exception)
        {
            return problems.LedgerUnavailable(context.HttpContext, exception);
        }
    }
}
