using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Purchases;

/// <summary>
/// Keeps other sites out: a browser's request that changes something must come from the app's own pages or an allowed
/// origin, and nobody is sent anywhere else after paying.
/// </summary>
internal sealed class OwnOrigins(IOptions<AiCreditsHttpOptions> options)
{
    private readonly HashSet<string> allowed = [.. options.Value.AllowedOrigins.Select(Normalize)];

    /// <summary>True when the request was sent by the app's own page, by an allowed origin, or by no browser at all.</summary>
    public bool IsOwn(HttpRequest request) => allowed.Contains(request.Headers.Origin.ToString()) || IsOfThisSite(request);

    /// <summary>True when the request was sent by the app's own page, or by no browser at all.</summary>
    public static bool IsOfThisSite(HttpRequest request)
    {
        // The browser's own word counts first: behind a proxy the app may not know its scheme.
        var origin = request.Headers.Origin.ToString();
        return request.Headers["Sec-Fetch-Site"].ToString() switch
        {
            "same-origin" or "none" => true,
            "" => origin.Length == 0 || origin == OriginOf(request),
            _ => false,
        };
    }

    /// <summary>The absolute address of a path of the app, or of an address of an allowed origin; null when it leads elsewhere.</summary>
    public Uri? Resolve(HttpRequest request, string address)
    {
        ArgumentNullException.ThrowIfNull(request);
        var own = OriginOf(request);
        if (address.Length > 2000 || address.Contains('\\') || address.StartsWith("//", StringComparison.Ordinal)
            || !Uri.TryCreate(new Uri(own), address, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
        {
            return null;
        }

        var origin = url.GetLeftPart(UriPartial.Authority);
        return origin == Normalize(own) || allowed.Contains(origin) ? url : null;
    }

    /// <summary>Where somebody comes back to from a checkout: the address, with what was begun and whether it was paid.</summary>
    public static Uri WayBack(Uri address, string what, Guid id, bool paid)
    {
        var back = new UriBuilder(address);
        var query = $"{what}={id}&checkout={(paid ? "success" : "cancelled")}";
        back.Query = back.Query.Length > 1 ? $"{back.Query[1..]}&{query}" : query;
        return back.Uri;
    }

    private static string OriginOf(HttpRequest request) => $"{request.Scheme}://{request.Host}";

    private static string Normalize(string origin) => Uri.TryCreate(origin, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : origin;
}
