using System.Security.Claims;
using System.Text.Json;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.DemoSite.Components;

/// <summary>
/// A site with nothing but the web components, under the strictest policy. At its root they talk to a real ledger, as the
/// user whom the cookie names; below <c>/states/{name}</c> a server answers that is always in that state.
/// </summary>
public sealed class ComponentSite : IAsyncLifetime
{
    public static readonly string[] States =
        ["ok", "low", "half", "empty", "held", "guest", "guest-empty", "loading", "error", "signed-out", "missing", "malformed", "none", "huge", "negative", "hostile"];

    /// <summary>What would run, or change the page, if it were taken for markup.</summary>
    public const string Hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";

    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'";
    private WebApplication? _app;

    public Uri Address { get; private set; } = null!;

    public ICreditStore Store => _app!.Services.GetRequiredService<ICreditStore>();

    public CreditMeter Meter => _app!.Services.GetRequiredService<CreditMeter>();

    public string Page(string query = "", string? state = null) => new Uri(Address, $"{(state is null ? "" : $"/states/{state}")}/page{query}").ToString();

    public async ValueTask InitializeAsync()
    {
        // Empty: the settings of the demo site, which lie beside the tests, are not this site's.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Services.AddAiCredits(options => options.Guests.NetworkLimit = 1_000_000);
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy;
            if (context.Request.Cookies["user"] is { } user)
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user)], "test"));
            }

            return next(context);
        });
        _app.Use(AnswerInStateAsync);
        _app.UseRouting();
        _app.UseAiCredits();
        _app.MapAiCredits();
        _app.MapPost("/generate", [RequiresCredits("flux-dev")] () => Results.Ok());
        _app.MapGet("/page", (HttpContext context) => Results.Content(Html(context), "text/html"));
        _app.MapGet("/page.css", () => Results.Content(Css, "text/css"));
        _app.MapGet("/page.js", () => Results.Content(Script, "text/javascript"));
        _app.MapGet("/gallery", (string? query) => Results.Content(Gallery(query ?? ""), "text/html"));
        _app.MapGet("/paid", () => Results.Content("<!doctype html><html lang=en><title>Paid</title><h1>Paid</h1></html>", "text/html"));
        _app.MapGet("/account/register", () => Results.Content("<!doctype html><html lang=en><title>Sign up</title><h1>Sign up</h1></html>", "text/html"));
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private static async Task AnswerInStateAsync(HttpContext context, Func<Task> next)
    {
        var parts = (context.Request.Path.Value ?? "").Split('/', 4);
        if (parts is not ["", "states", var state, var rest])
        {
            await next();
            return;
        }

        context.Request.PathBase = $"/states/{state}";
        context.Request.Path = "/" + rest;
        if (rest is not ("api/credits" or "api/credit-models" or "api/credit-packs" or "api/credits/checkout" or "api/credits/events") && !rest.StartsWith("api/credits/purchases/", StringComparison.Ordinal))
        {
            await next();
            return;
        }

        var (status, json) = Answer(state, rest);
        if (status == 0)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json);
    }

    private static (int Status, string Json) Answer(string state, string path)
    {
        switch (state)
        {
            case "loading":
                return (0, "");
            case "error":
                return (500, "{}");
            case "signed-out" when path != "api/credit-packs":
                return (401, """{"type":"https://aicredits.dev/problems/sign-in-required","signUpUrl":"/join","welcomeCredits":50}""");
            case "missing":
                return (404, "{}");
            case "malformed":
                return (200, "{");
        }

        return path switch
        {
            "api/credits" => (200, JsonSerializer.Serialize(Account(state))),
            "api/credit-models" => (200, JsonSerializer.Serialize(Models(state))),
            "api/credit-packs" => (200, JsonSerializer.Serialize(Packs(state))),
            "api/credits/checkout" => (200, """{"url":"/paid","purchaseId":"p1"}"""),
            _ when path.StartsWith("api/credits/purchases/", StringComparison.Ordinal) => (200, """{"id":"p1","status":"delivered","credits":25}"""),
            _ => (404, "{}"),
        };
    }

    private static decimal Balance(string state) => state switch
    {
        "low" => 4.5m,
        "half" => 0.5m,
        "empty" or "held" => 0,
        "huge" => 123456789012.123456m,
        "negative" => -3,
        _ => 149.5m,
    };

    private static object Account(string state)
    {
        if (state is "guest" or "guest-empty")
        {
            var remaining = state == "guest" ? 2 : 0;
            return new
            {
                authenticated = false,
                guestInfo = new { limit = 3, used = 3 - remaining, remaining, resetsAt = DateTime.UtcNow.AddMinutes(10), windowHours = 24 },
                signUp = new { welcomeCredits = 50, url = state == "hostile" ? "javascript:document.title='owned'" : "/join" },
            };
        }

        var balance = Balance(state);
        return new
        {
            authenticated = true,
            credits = new
            {
                balance,
                held = state is "held" or "ok" ? 2 : 0,
                welcome = Math.Clamp(balance, 0, 50),
                purchased = Math.Max(0, balance - 50),
                lifetimeEarned = 160,
                lifetimeSpent = 10,
                lowBalance = balance < 10,
                nextExpiry = state == "ok" ? DateTime.UtcNow.AddDays(90) : (DateTime?)null,
            },
            recentTransactions = Array.Empty<object>(),
        };
    }

    private static IEnumerable<object> Models(string state)
    {
        if (state == "none")
        {
            return [];
        }

        var models = new (string Id, string Name, string BestFor, decimal Credits)[]
        {
            ("nano-banana", "Nano Banana", "budget option", 0.5m),
            ("flux-dev", "Flux Dev", "standard quality", 1),
            ("gemini-flash", "Gemini Flash", "Google AI", 1),
            ("lora-context", "LORA Context", "storytelling", 1),
            ("nano-banana-pro", "Nano Banana Pro", "premium quality", 2),
        };
        return models.Select(model =>
        {
            var runs = state == "guest" ? 2 : state == "guest-empty" ? 0 : Math.Max(0, Math.Floor(Balance(state) / model.Credits));
            return new
            {
                id = model.Id,
                name = state == "hostile" ? Hostile : model.Name,
                bestFor = state == "hostile" ? Hostile : model.BestFor,
                credits = model.Credits,
                affordable = runs > 0,
                runsLeft = runs,
                recommended = model.Id == "flux-dev",
            };
        });
    }

    private static IEnumerable<object> Packs(string state)
    {
        if (state == "none")
        {
            return [];
        }

        var packs = new (string Id, string Name, int Credits, int Bonus, decimal Price, int Savings)[]
        {
            ("starter", "Starter", 25, 0, 4.99m, 0), ("creator", "Creator", 110, 10, 14.99m, 32), ("pro", "Pro", 300, 50, 29.99m, 50), ("enterprise", "Enterprise", 650, 150, 49.99m, 61),
        };
        return packs.Select(pack => new
        {
            id = pack.Id,
            name = state == "hostile" ? Hostile : pack.Name,
            credits = pack.Credits,
            bonusCredits = pack.Bonus,
            price = pack.Price,
            currency = state == "hostile" ? "<b>" : "USD",
            pricePerCredit = Math.Round(pack.Price / pack.Credits, 6),
            savingsPercent = pack.Savings,
            bestValue = pack.Id == "creator",
        });
    }

    private static string Html(HttpContext context)
    {
        var query = context.Request.Query;
        var (language, direction) = (query["lang"] == "de" ? "de" : "en", query["dir"] == "rtl" ? "rtl" : "ltr");
        var root = context.Request.PathBase.Value;
        return $"""
            <!doctype html>
            <html lang="{language}" dir="{direction}">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>Components</title>
              <link rel="stylesheet" href="/page.css">
              <link rel="stylesheet" href="{root}/api/credits/ui/aicredits.css">
              <script type="module" src="{root}/api/credits/ui/aicredits.js"></script>
              <script type="module" src="{root}/page.js"></script>
            </head>
            <body>
              <main>
                <h1>Components</h1>
                <p><credit-balance id="compact"></credit-balance></p>
                <credit-balance id="full" mode="full"></credit-balance>
                <p><generation-cost-indicator id="badge" mode="badge" model="flux-dev"></generation-cost-indicator></p>
                <generation-cost-indicator id="cost" for="models"></generation-cost-indicator>
                <form id="form"><model-recommendation id="models" name="aiModel"></model-recommendation></form>
                <button id="generate" type="button">Generate</button>
                <credit-packs-modal id="packs"{(query.ContainsKey("open") ? " open" : "")}></credit-packs-modal>
              </main>
            </body>
            </html>
            """;
    }

    private static string Gallery(string query)
    {
        var frames = string.Concat(States.Select(state => $"<h2>{state}</h2><iframe title=\"{state}\" src=\"/states/{state}/page?{query}\"></iframe>"));
        return $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Gallery</title><link rel=\"stylesheet\" href=\"/page.css\"></head><body><main><h1>Gallery</h1>{frames}</main></body></html>";
    }

    private const string Css = """
        html { color-scheme: light dark; font: 16px/1.5 "Liberation Sans", sans-serif; background: light-dark(#f6f6fb, #12111c); color: light-dark(#1c1b2e, #ececf6); }
        body { margin: 12px; }
        main { display: grid; gap: 12px; }
        main > p { margin: 0; }
        iframe { border: 0; inline-size: 100%; block-size: 1050px; }
        @media (max-width: 500px) { iframe { block-size: 1700px; } }
        """;

    private const string Script = """
        import { creditsFetch } from "./api/credits/ui/aicredits.js";

        document.getElementById("generate").addEventListener("click", () => creditsFetch("/generate", { method: "POST" }));
        """;
}
