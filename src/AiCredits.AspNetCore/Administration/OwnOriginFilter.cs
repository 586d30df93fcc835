using AiCredits.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Administration;

/// <summary>
/// Refuses acts that another site makes a signed-in admin's browser send. Browsers say where a request comes from; a form
/// can neither send JSON nor a header of its own, and a script of another origin is asked about first.
/// </summary>
internal sealed class OwnOriginFilter(CreditProblems problems) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (IsForeign(request))
        {
            return new(problems.Forbidden(context.HttpContext, "foreign-origin", "The request comes from another site", "Admin acts are taken from this site's own pages, or from a client that is no browser."));
        }

        return request.HasJsonContentType()
            ? next(context)
            : new(problems.BadRequest(context.HttpContext, "invalid-act", "The act can't be read", "Send it as JSON, with the Content-Type application/json."));
    }

    private static bool IsForeign(HttpRequest request)
    {
        // Every current browser sends the first; older ones the second with each POST.
        if (request.Headers["Sec-Fetch-Site"] is [{ Length: > 0 } site])
        {
            return site is not ("same-origin" or "none");
        }

        return request.Headers.Origin is [{ Length: > 0 } origin]
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
