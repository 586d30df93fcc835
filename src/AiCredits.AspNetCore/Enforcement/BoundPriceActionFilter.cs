using AiCredits.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Does for an MVC action what <see cref="BoundCredits{TRequest}"/> does for a minimal API: holds before the action runs.</summary>
internal sealed class BoundPriceActionFilter(RequiresCreditsAttribute attribute, ActionPrice price) : IAsyncActionFilter
{
    public RequiresCreditsAttribute Attribute => attribute;

    public IReadOnlyList<string> Faults => price.Faults;

    public async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        var http = context.HttpContext;
        if (ReferenceEquals(PaidRequest.MetadataOf(http), attribute) && await RefuseAsync(http, context.ActionArguments).ConfigureAwait(false) is { } refusal)
        {
            context.Result = new RefusalResult(refusal);
            return;
        }

        await next().ConfigureAwait(false);
    }

    private async ValueTask<IResult?> RefuseAsync(HttpContext http, IDictionary<string, object?> arguments) => price.Read(arguments) is { } asked
        ? await http.RequestServices.GetRequiredService<CreditEnforcer>().AdmitAsync(http, asked).ConfigureAwait(false)
        : http.RequestServices.GetRequiredService<CreditProblems>().BadRequest(http, "invalid-request", "The request is empty", "Send a body that names what to generate.");

    private sealed class RefusalResult(IResult result) : IActionResult
    {
        public Task ExecuteResultAsync(ActionContext context) => result.ExecuteAsync(context.HttpContext);
    }
}
