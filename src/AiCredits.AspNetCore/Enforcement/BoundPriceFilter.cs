using AiCredits.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Holds the price that the bound argument names, before the handler runs. The middleware settles it.</summary>
internal sealed class BoundPriceFilter<TRequest>(Func<TRequest, BoundPrice> read) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        TRequest? request = default;
        for (var index = 0; index < context.Arguments.Count; index++)
        {
            if (context.Arguments[index] is TRequest found)
            {
                request = found;
                break;
            }
        }

        if (request is null)
        {
            return http.RequestServices.GetRequiredService<CreditProblems>().BadRequest(
                http, "invalid-request", "The request is empty", "Send a JSON body that names the model.");
        }

        var enforcer = http.RequestServices.GetRequiredService<CreditEnforcer>();
        return await enforcer.AdmitAsync(http, read(request)).ConfigureAwait(false) ?? await next(context).ConfigureAwait(false);
    }
}
