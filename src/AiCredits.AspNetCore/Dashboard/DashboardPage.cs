using System.Text.Encodings.Web;
using AiCredits.AspNetCore.Administration;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Dashboard;

/// <summary>GET of the dashboard: one page, which its scripts fill.</summary>
internal static class DashboardPage
{
    /// <summary>Nothing inline, nothing from elsewhere, in no frame.</summary>
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static IResult Get(HttpContext context)
    {
        // Where the dashboard is mapped only the request knows: below a path base, in a group of the app's own.
        var root = $"{context.Request.PathBase}{context.Request.Path}".TrimEnd('/');
        return TypedResults.Content(
            DashboardAssets.Page
                .Replace("{root}", HtmlEncoder.Default.Encode(root), StringComparison.Ordinal)
                .Replace("{actor}", HtmlEncoder.Default.Encode(AdminCaller.Of(context)), StringComparison.Ordinal),
            "text/html; charset=utf-8");
    }

    public static void SetHeaders(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.XFrameOptions = "DENY";
        // Checked again each time, since another version of the app may answer the next request.
        response.Headers.CacheControl = "private, no-cache";
    }
}
