using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace AiCredits.DemoSite;

/// <summary>Serves the pages, under a policy that runs nothing but this site's own scripts.</summary>
internal static class DemoHosting
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Sets the headers on every answer, those of errors too.</summary>
    public static void UseDemoHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            if (context.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true)
            {
                // A page tells who is signed in.
                headers.CacheControl = "no-cache, private";
            }

            return Task.CompletedTask;
        });
        return next(context);
    });

    public static void UseDemoFiles(this IApplicationBuilder app) => app.UseStaticFiles(new StaticFileOptions
    {
        // Small files that change with the sample: ask, and get 304.
        OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache",
    });

    public static void MapDemoPages(this WebApplication app)
    {
        app.MapRazorPages();
        app.MapGet("/", () => TypedResults.Redirect(DemoPages.Start)).ExcludeFromDescription();

        // Pages that name no icon, as that of the simulated checkout, are asked for this one by browsers.
        app.MapGet("/favicon.ico", () => TypedResults.Redirect("/favicon.svg", permanent: true)).ExcludeFromDescription();

        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
            foreach (var address in addresses)
            {
                Console.WriteLine($"The demo is at {address}{DemoPages.Start}");
            }
        });
    }
}
