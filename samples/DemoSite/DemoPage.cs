using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace AiCredits.DemoSite;

/// <summary>The page: static files under a policy that runs nothing but this site's own scripts.</summary>
internal static class DemoPage
{
    public const string Path = "/credits-demo";

    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Sets the headers on every answer, those of errors too.</summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            return Task.CompletedTask;
        });
        return next(context);
    });

    public static void UseDemoFiles(this IApplicationBuilder app) => app.UseStaticFiles(new StaticFileOptions
    {
        // Small files that change with the sample: ask, and get 304.
        OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache",
    });

    public static void MapDemoPage(this WebApplication app)
    {
        app.MapGet("/", () => TypedResults.Redirect(Path)).ExcludeFromDescription();
        app.MapGet(Path, (HttpResponse response) =>
            {
                response.Headers.CacheControl = "no-cache";
                return TypedResults.VirtualFile("credits-demo.html", "text/html; charset=utf-8");
            })
            .ExcludeFromDescription();

        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
            foreach (var address in addresses)
            {
                Console.WriteLine($"The demo is at {address}{Path}");
            }
        });
    }
}
