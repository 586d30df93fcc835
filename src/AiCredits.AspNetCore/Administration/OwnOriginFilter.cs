using AiCredits.AspNetCore.Problems;
using AiCredits.AspNetCore.Purchases;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Administration;

/// <summary>
/// Refuses acts that another site makes a signed-in admin's browser send. Browsers say where a request comes from; a form
/// can neither send JSON nor a header of its own, and a script of another origin is asked about first. Origins that may
/// begin purchases may not act here.
/// </summary>
internal sealed class OwnOriginFilter(CreditProblems problems) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (!OwnOrigins.IsOfThisSite(request))
        {
            return new(problems.Forbidden(context.HttpContext, "foreign-origin", "The request comes from another site", "Admin acts are taken from this site's own pages, or from a client that is no browser."));
        }

        return request.HasJsonContentType()
            ? next(context)
            : new(problems.BadRequest(context.HttpContext, "invalid-act", "The act can't be read", "Send it as JSON, with the Content-Type application/json."));
    }
}
