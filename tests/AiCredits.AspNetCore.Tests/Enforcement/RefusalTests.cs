using System.Net;
using System.Text.Json;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>What a paid endpoint answers: the contract of SPEC, row by row.</summary>
public sealed class RefusalTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_is_told_what_it_cost_and_what_is_left()
    {
        await using var app = await TestApp.StartAsync(map: Map);

        using var response = await app.SendAsync(HttpMethod.Post, "/banana", user: "ann");

        (await response.Content.ReadAsStringAsync(Stop)).ShouldBe("\"done\"");
        One(response, "Credits-Charged").ShouldBe("0.5");
        One(response, "Credits-Remaining").ShouldBe("49.5");
        response.Headers.Contains("RateLimit").ShouldBeFalse();
        response.Headers.Contains("Set-Cookie").ShouldBeFalse();
        (await BalanceAsync(app, "ann")).ShouldBe(49.5m);
    }

    [Fact]
    public async Task A_guest_is_told_the_limit_in_structured_fields()
    {
        await using var app = await TestApp.StartAsync(map: Map);

        using var first = await app.SendAsync(HttpMethod.Post, "/flux");
        app.Clock.Advance(TimeSpan.FromMilliseconds(1500));
        using var second = await app.SendAsync(HttpMethod.Post, "/flux", cookie: Cookie(first));

        One(first, "RateLimit-Policy").ShouldBe("\"guest\";q=3;w=86400");
        One(first, "RateLimit").ShouldBe("\"guest\";r=2;t=86400");
        One(second, "RateLimit").ShouldBe("\"guest\";r=1;t=86399");
        first.Headers.Contains("Credits-Charged").ShouldBeFalse();
    }

    [Fact]
    public async Task Too_few_credits_are_402_with_what_a_front_end_needs()
    {
        await using var app = await TestApp.StartAsync(options => options.WelcomeCredits = 1.5m, map: Map);

        using var response = await app.SendAsync(HttpMethod.Post, "/pro", user: "ann");

        var problem = await TestApp.ReadAsync(response, 402);
        problem.GetProperty("type").GetString().ShouldBe("https://aicredits.dev/problems/insufficient-credits");
        problem.GetProperty("status").GetInt32().ShouldBe(402);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("detail").GetString().ShouldBe("This costs 2 credits and 1.5 credits can be spent. Buy a pack, or use a model that the balance can pay for.");
        problem.GetProperty("required").GetRawText().ShouldBe("2");
        problem.GetProperty("available").GetRawText().ShouldBe("1.5");
        problem.GetProperty("held").GetRawText().ShouldBe("0");
        problem.GetProperty("retryable").GetBoolean().ShouldBeFalse();
        problem.GetProperty("packsUrl").GetString().ShouldBe("/api/credit-packs");
        problem.GetProperty("affordableModels").EnumerateArray().Select(model => model.GetString()).ShouldBe(["nano-banana", "flux-dev", "gemini-flash", "lora-context", "lora-normal"], ignoreOrder: true);
        response.Headers.RetryAfter.ShouldBeNull();
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task Credits_tied_up_in_a_running_generation_make_402_retryable()
    {
        await using var app = await TestApp.StartAsync(options => options.WelcomeCredits = 2, map: Map);
        await app.GenerateAsync("ann", outcome: null);

        using var response = await app.SendAsync(HttpMethod.Post, "/pro", user: "ann");

        var problem = await TestApp.ReadAsync(response, 402);
        problem.GetProperty("held").GetRawText().ShouldBe("1");
        problem.GetProperty("retryable").GetBoolean().ShouldBeTrue();
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task The_fourth_generation_of_a_guest_is_429_with_a_retry_after_right_to_the_second()
    {
        await using var app = await TestApp.StartAsync(map: Map);
        using var first = await app.SendAsync(HttpMethod.Post, "/flux");
        await app.SendAsync(HttpMethod.Post, "/flux", cookie: Cookie(first));
        await app.SendAsync(HttpMethod.Post, "/flux", cookie: Cookie(first));
        app.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(1));

        using var response = await app.SendAsync(HttpMethod.Post, "/flux", cookie: Cookie(first));

        var problem = await TestApp.ReadAsync(response, 429);
        problem.GetProperty("type").GetString().ShouldBe("https://aicredits.dev/problems/guest-limit-reached");
        problem.GetProperty("limit").GetInt32().ShouldBe(3);
        problem.GetProperty("remaining").GetInt32().ShouldBe(0);
        problem.GetProperty("resetsAt").GetDateTime().ShouldBe(TestApp.Start.UtcDateTime.AddHours(24));
        problem.GetProperty("resetsAt").GetString()!.ShouldEndWith("Z");
        problem.GetProperty("signUpUrl").GetString().ShouldBe("/account/register");
        problem.GetProperty("welcomeCredits").GetRawText().ShouldBe("50");
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(23 * 3600));
        One(response, "RateLimit").ShouldBe("\"guest\";r=0;t=82800");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();

        app.Clock.Advance(response.Headers.RetryAfter.Delta!.Value);
        using var later = await app.SendAsync(HttpMethod.Post, "/flux", cookie: Cookie(first));
        later.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_guest_where_guests_are_not_allowed_is_401()
    {
        await using var app = await TestApp.StartAsync(map: Map);

        using var response = await app.SendAsync(HttpMethod.Post, "/members");

        var problem = await TestApp.ReadAsync(response, 401);
        problem.GetProperty("type").GetString().ShouldBe("https://aicredits.dev/problems/sign-in-required");
        problem.GetProperty("signUpUrl").GetString().ShouldBe("/account/register");
        response.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task An_endpoint_may_allow_guests_where_the_app_does_not()
    {
        await using var app = await TestApp.StartAsync(
            services: services => services.Configure<AiCreditsHttpOptions>(http => http.AllowGuests = false),
            map: web =>
            {
                Map(web);
                web.MapPost("/open", [RequiresCredits("flux-dev", AllowGuests = true)] () => "done");
            });

        using var closed = await app.SendAsync(HttpMethod.Post, "/flux");
        using var open = await app.SendAsync(HttpMethod.Post, "/open");

        closed.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        open.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_frozen_account_is_403()
    {
        await using var app = await TestApp.StartAsync(map: Map);
        await app.Store.ExecuteAsync(new FreezeCommand(new AccountId("ann"), true) { Key = "freeze", Actor = "support" }, Stop);

        using var response = await app.SendAsync(HttpMethod.Post, "/flux", user: "ann");

        (await TestApp.ReadAsync(response, 403)).GetProperty("type").GetString().ShouldBe("https://aicredits.dev/problems/account-frozen");
    }

    [Fact]
    public async Task An_unreachable_ledger_is_503_and_the_handler_does_not_run()
    {
        var ran = false;
        await using var app = await TestApp.StartAsync(services: BreakableStore.Use, map: web => web.MapPost("/flux", [RequiresCredits("flux-dev")] () => ran = true));
        var store = app.Services.GetRequiredService<BreakableStore>();
        store.IsBroken = true;
        store.RetryAfter = TimeSpan.FromMilliseconds(1200);

        using var response = await app.SendAsync(HttpMethod.Post, "/flux", user: "ann");

        (await TestApp.ReadAsync(response, 503)).GetProperty("type").GetString().ShouldBe("https://aicredits.dev/problems/ledger-unavailable");
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(2));
        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task An_app_that_fails_open_lets_the_request_through_uncharged()
    {
        await using var app = await TestApp.StartAsync(
            services: services =>
            {
                BreakableStore.Use(services);
                services.Configure<AiCreditsHttpOptions>(http => http.FailOpen = true);
            },
            map: web => web.MapPost("/flux", [RequiresCredits("flux-dev")] (ICreditsFeature credits) => credits.Ticket is null));
        app.Services.GetRequiredService<BreakableStore>().IsBroken = true;

        using var response = await app.SendAsync(HttpMethod.Post, "/flux", user: "ann");

        (await response.Content.ReadAsStringAsync(Stop)).ShouldBe("true");
        One(response, "Credits-Charged").ShouldBe("0");
        app.Services.GetRequiredService<BreakableStore>().IsBroken = false;
        (await BalanceAsync(app, "ann")).ShouldBe(50);
    }

    [Fact]
    public async Task A_ledger_lost_after_the_hold_still_delivers_and_settles_later()
    {
        await using var app = await TestApp.StartAsync(
            services: BreakableStore.Use,
            map: web => web.MapPost("/flux", [RequiresCredits("flux-dev")] (HttpContext context) =>
            {
                context.RequestServices.GetRequiredService<BreakableStore>().IsBroken = true;
                return "done";
            }));

        using var response = await app.SendAsync(HttpMethod.Post, "/flux", user: "ann");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        One(response, "Credits-Charged").ShouldBe("1");
        One(response, "Credits-Remaining").ShouldBe("49");
        app.Services.GetRequiredService<BreakableStore>().IsBroken = false;
        for (var round = 0; round < 200 && (await app.Store.GetAccountAsync(new AccountId("ann"), Stop)).State.Spent.IsZero; round++)
        {
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Stop);
        }

        (await app.Store.GetAccountAsync(new AccountId("ann"), Stop)).State.Spent.ShouldBe(1);
    }

    [Fact]
    public async Task A_repeated_key_is_409_while_the_first_request_runs()
    {
        using var leave = new SemaphoreSlim(0);
        using var entered = new SemaphoreSlim(0);
        await using var app = await TestApp.StartAsync(map: web => web.MapPost("/slow", [RequiresCredits("flux-dev")] async () =>
        {
            entered.Release();
            await leave.WaitAsync(Stop);
            return "done";
        }));
        var first = SendWithKeyAsync(app, "/slow", "k1");
        await entered.WaitAsync(Stop);

        using var second = await SendWithKeyAsync(app, "/slow", "k1");

        leave.Release();
        (await TestApp.ReadAsync(second, 409)).GetProperty("type").GetString().ShouldBe("https://aicredits.dev/problems/request-in-progress");
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await BalanceAsync(app, "ann")).ShouldBe(49);
    }

    [Fact]
    public async Task The_same_key_with_another_request_is_422()
    {
        await using var app = await TestApp.StartAsync(map: Map);
        (await SendWithKeyAsync(app, "/flux", "k1")).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var other = await SendWithKeyAsync(app, "/flux?size=large", "k1");

        (await TestApp.ReadAsync(other, 422)).GetProperty("type").GetString().ShouldBe("https://aicredits.dev/problems/idempotency-key-reused");
        (await BalanceAsync(app, "ann")).ShouldBe(49);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("k\u00e9y")]
    public async Task A_key_that_cannot_be_kept_is_400(string key)
    {
        await using var app = await TestApp.StartAsync(map: Map);

        var context = await app.InvokeAsync("/flux", request =>
        {
            request.Headers["Idempotency-Key"] = key;
            request.Headers["X-User"] = "ann";
        });

        context.Response.StatusCode.ShouldBe(400);
    }

    [Fact]
    public async Task Two_hundred_parallel_requests_on_a_balance_of_fifty_succeed_fifty_times()
    {
        await using var app = await TestApp.StartAsync(map: Map);

        var responses = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => app.SendAsync(HttpMethod.Post, "/flux", user: "ann"))));

        responses.Count(response => response.StatusCode == HttpStatusCode.OK).ShouldBe(50);
        responses.Count(response => response.StatusCode == HttpStatusCode.PaymentRequired).ShouldBe(150);
        (await BalanceAsync(app, "ann")).ShouldBe(0);
    }

    [Fact]
    public async Task Guests_in_parallel_without_a_cookie_get_no_more_than_their_network_has()
    {
        await using var app = await TestApp.StartAsync(map: Map);

        var responses = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => app.SendAsync(HttpMethod.Post, "/flux"))));

        responses.Count(response => response.StatusCode == HttpStatusCode.OK).ShouldBe(3);
        var cookies = responses.Where(response => response.Headers.Contains("Set-Cookie")).Select(Cookie).ToList();
        cookies.Count.ShouldBe(3);
        cookies.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task Urls_told_to_the_client_have_the_path_base()
    {
        await using var app = await TestApp.StartAsync(options => options.WelcomeCredits = 0, map: Map);

        var context = await app.InvokeAsync("/flux", request =>
        {
            request.PathBase = "/shop";
            request.Headers["X-User"] = "ann";
        });

        context.Response.StatusCode.ShouldBe(402);
        var problem = await JsonSerializer.DeserializeAsync<JsonElement>(context.Response.Body, cancellationToken: Stop);
        problem.GetProperty("packsUrl").GetString().ShouldBe("/shop/api/credit-packs");
    }

    [Fact]
    public async Task A_model_that_loses_its_price_while_the_app_runs_is_503()
    {
        await using var app = await TestApp.StartAsync(services: services => services.AddSingleton<Pricing.IPricingTable, VanishingPrices>(), map: Map);
        ((VanishingPrices)app.Services.GetRequiredService<Pricing.IPricingTable>()).Gone = true;

        using var response = await app.SendAsync(HttpMethod.Post, "/flux", user: "ann");

        (await TestApp.ReadAsync(response, 503)).GetProperty("type").GetString().ShouldBe("https://aicredits.dev/problems/model-unavailable");
    }

    internal static string One(HttpResponseMessage response, string header) => response.Headers.GetValues(header).ShouldHaveSingleItem();

    internal static string Cookie(HttpResponseMessage response) => One(response, "Set-Cookie").Split(';')[0];

    internal static async Task<decimal> BalanceAsync(TestApp app, string user)
    {
        var overview = await app.Services.GetRequiredService<Metering.CreditMeter>().GetAccountAsync(new AccountId(user), Stop);
        overview.State.Held.ShouldBe(0);
        return overview.State.Available.ToDecimal();
    }

    private static async Task<HttpResponseMessage> SendWithKeyAsync(TestApp app, string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("X-User", "ann");
        request.Headers.Add("Idempotency-Key", key);
        return await app.Client.SendAsync(request, Stop);
    }

    private static void Map(WebApplication app)
    {
        app.MapPost("/flux", [RequiresCredits("flux-dev")] () => Results.Json("done"));
        app.MapPost("/banana", [RequiresCredits("nano-banana")] () => Results.Json("done"));
        app.MapPost("/pro", () => Results.Json("done")).RequireCredits("nano-banana-pro");
        app.MapPost("/members", [RequiresCredits("flux-dev", AllowGuests = false)] () => Results.Json("done"));
    }

    private sealed class VanishingPrices(Microsoft.Extensions.Options.IOptionsMonitor<AiCreditsOptions> options) : Pricing.IPricingTable
    {
        public bool Gone { get; set; }

        public IReadOnlyList<Pricing.ModelPrice> Models => [.. options.CurrentValue.Models.Select(model => new Pricing.ModelPrice(model.Key, model.Key, model.Value.Credits, "", "1"))];

        public Pricing.ModelPrice? Find(string model) => Gone ? null : Models.FirstOrDefault(known => known.Id == model);
    }
}
