using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using AiCredits.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>What the pages of the simulation share: plain HTML, nothing inline, usable without scripts and on a small screen.</summary>
internal static class SimulatedPage
{
    private const string ContentSecurityPolicy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1d2330; --quiet: #5a6375; --paper: #ffffff; --ground: #f2f4f8; --line: #d6dbe6; --main: #2952cc; --on-main: #ffffff; --warn: #fff4d6; --warn-ink: #5c4300; }
        @media (prefers-color-scheme: dark) { :root { --ink: #eef1f7; --quiet: #aab3c5; --paper: #1b2130; --ground: #11151f; --line: #3a4358; --main: #9db4ff; --on-main: #0d1530; --warn: #3d3110; --warn-ink: #ffe3a1; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
        main { max-width: 28rem; margin: 0 auto; padding: 1rem; }
        .banner { margin: 0 0 1rem; padding: .75rem 1rem; border-radius: .5rem; background: var(--warn); color: var(--warn-ink); font-weight: 600; }
        .card { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; }
        h1 { font-size: 1.25rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
        h2 { font-size: 1rem; margin: 1.25rem 0 0; }
        p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
        ul { margin: 1rem 0; padding: 0; list-style: none; }
        li { padding: .75rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
        .price { font-size: 2rem; font-weight: 700; }
        .quiet { color: var(--quiet); }
        form { display: grid; gap: .5rem; margin-top: 1rem; }
        button { font: inherit; font-weight: 600; padding: .75rem 1rem; min-height: 44px; border-radius: .5rem; border: 1px solid var(--line); background: transparent; color: inherit; cursor: pointer; }
        button.main { background: var(--main); color: var(--on-main); border-color: var(--main); }
        button:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
        label { display: flex; gap: .5rem; align-items: center; min-height: 44px; color: var(--quiet); }
        input { width: 1.25rem; height: 1.25rem; }
        dl { display: grid; grid-template-columns: 1fr auto; gap: .25rem 1rem; margin: 1rem 0 0; }
        dd { margin: 0; text-align: end; }
        a { color: var(--main); }
        """;

    /// <summary>A group of pages below a path, open to who has their addresses, with the style that they share.</summary>
    public static RouteGroupBuilder MapSimulatedPages(this RouteGroupBuilder group, string path)
    {
        var pages = group.MapGroup(path).ExcludeFromDescription().AllowAnonymous().DisableAntiforgery();
        pages.MapGet("/page.css", () => TypedResults.Text(Style, "text/css; charset=utf-8"));
        return pages;
    }

    public static StringBuilder Start(string title) => new StringBuilder()
        .Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>{Encode(title)}</title><link rel=\"stylesheet\" href=\"page.css\"></head>")
        .Append("<body><main><p class=\"banner\">This is a simulation. No money is taken and no card is needed.</p><div class=\"card\">");

    /// <summary>A form with a button for each act, the first one being the main one.</summary>
    public static void AppendForm<TAct>(StringBuilder page, string id, string seal, IReadOnlyList<TAct> acts, Func<TAct, string> labelOf)
        where TAct : struct, Enum
    {
        if (acts.Count == 0)
        {
            return;
        }

        page.Append(CultureInfo.InvariantCulture, $"<form method=\"post\" action=\"{Encode(id)}\"><input type=\"hidden\" name=\"seal\" value=\"{seal}\">");
        for (var index = 0; index < acts.Count; index++)
        {
            page.Append(CultureInfo.InvariantCulture, $"<button name=\"act\" value=\"{acts[index]}\"{(index == 0 ? " class=\"main\"" : "")}>{Encode(labelOf(acts[index]))}</button>");
        }

        page.Append("<label><input type=\"checkbox\" name=\"lose\"> Lose the webhook, to see it found all the same</label></form>");
    }

    public static string End(StringBuilder page, Uri? back = null)
    {
        if (back is not null)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p><a id=\"back\" href=\"{Encode(back.AbsoluteUri)}\">Back to the shop</a></p>");
        }

        return page.Append("</div></main></body></html>").ToString();
    }

    public static ContentHttpResult Answer(HttpContext context, string html, bool isThere)
    {
        context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Content(html, "text/html; charset=utf-8", statusCode: isThere ? null : StatusCodes.Status404NotFound);
    }

    public static string Write(Money money) => string.Create(CultureInfo.InvariantCulture, $"{money.Amount:0.00##} {money.Currency}");

    public static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
