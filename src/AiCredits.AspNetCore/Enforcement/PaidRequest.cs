using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Which requests are paid.</summary>
internal static class PaidRequest
{
    /// <summary>What makes the request a paid one; null when it is none.</summary>
    public static IRequiresCreditsMetadata? MetadataOf(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata.GetMetadata<IRequiresCreditsMetadata>();
        return metadata is not null && Applies(metadata, context.Request) ? metadata : null;
    }

    /// <summary>True when the price is asked for requests of this method.</summary>
    public static bool Applies(IRequiresCreditsMetadata metadata, HttpRequest request) =>
        metadata.Methods is not { } methods || Contains(methods, request.Method);

    /// <summary>
    /// True for the question of a browser whether it may call from another origin. Routing gives it the endpoint that it
    /// asks about; the CORS middleware answers it, wherever it stands.
    /// </summary>
    public static bool IsCorsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;

    private static bool Contains(IReadOnlyList<string> methods, string method)
    {
        for (var index = 0; index < methods.Count; index++)
        {
            if (HttpMethods.Equals(methods[index], method))
            {
                return true;
            }
        }

        return false;
    }
}
