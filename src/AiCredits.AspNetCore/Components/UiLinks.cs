using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AiCredits.AspNetCore.Components;

/// <summary>Where a page of this app finds the web components: below the path base and the prefix that <c>MapAiCredits</c> was given. Thread-safe.</summary>
internal sealed class UiLinks(EndpointDataSource endpoints)
{
    private const string Parameters = "/{version}/{file}";
    private string? root;

    public string To(HttpContext context, string file) => $"{context.Request.PathBase.Value}{root ??= Root()}/{UiAssets.Version}/{file}";

    // Not by a name: an app may map the endpoints below several prefixes, and a name must be unique.
    private string Root()
    {
        var pattern = endpoints.Endpoints.OfType<RouteEndpoint>().FirstOrDefault(endpoint => endpoint.Metadata.GetMetadata<UiMetadata>() is not null)?.RoutePattern.RawText
            ?? throw new InvalidOperationException("AIC1403: A page uses the web components, but app.MapAiCredits() was not called. Call it, so that they have an address.");
        return "/" + pattern[..^Parameters.Length].TrimStart('/');
    }
}

/// <summary>Marks the endpoint that serves the components' files.</summary>
internal sealed class UiMetadata;
