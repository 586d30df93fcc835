using AiCredits.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.RateLimiting;

public sealed class GuestLimitPolicyTests
{
    [Fact]
    public async Task A_guest_is_limited_and_told_as_a_paid_endpoint_tells()
    {
        await using var app = await StartAsync();
        for (var use = 0; use < 3; use++)
        {
            (await StatusAsync(app)).ShouldBe(200);
        }

        app.Clock.Advance(TimeSpan.FromHours(23));
        using var response = await app.GetAsync("/preview");

        var problem = await TestApp.ReadAsync(response, 429);
        problem.GetProperty("type").GetString().ShouldEndWith("/guest-limit-reached");
        problem.GetProperty("limit").GetInt32().ShouldBe(3);
        problem.GetProperty("welcomeCredits").GetInt32().ShouldBe(50);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Uses_are_the_same_ones_that_paid_endpoints_count_and_come_back_alike()
    {
        await using var app = await StartAsync();
        await StatusAsync(app);
        await StatusAsync(app, "/generate");

        (await app.JsonAsync("/api/credits")).GetProperty("guestInfo").GetProperty("remaining").GetInt32().ShouldBe(1);
        app.Clock.Advance(TimeSpan.FromHours(24));
        (await app.JsonAsync("/api/credits")).GetProperty("guestInfo").GetProperty("remaining").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task A_user_passes_and_pays_nothing()
    {
        await using var app = await StartAsync();
        for (var use = 0; use < 5; use++)
        {
            (await StatusAsync(app, user: "ann")).ShouldBe(200);
        }

        (await app.JsonAsync("/api/credits", "ann")).GetProperty("credits").GetProperty("lifetimeSpent").GetDecimal().ShouldBe(0);
    }

    [Fact]
    public async Task Guests_at_once_never_get_more_than_the_limit()
    {
        await using var app = await StartAsync();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StatusAsync(app)));

        statuses.Count(status => status == 200).ShouldBe(3);
        statuses.Count(status => status == 429).ShouldBe(17);
    }

    [Fact]
    public async Task Where_guests_may_not_generate_they_are_asked_to_sign_in()
    {
        await using var app = await StartAsync(options => options.Guests.Enabled = false);

        await app.JsonAsync("/preview", status: 401);
    }

    [Fact]
    public async Task A_limiter_that_can_t_be_reached_lets_nobody_in()
    {
        await using var app = await StartAsync(services: services => services.AddSingleton<Identity.ICallerResolver, Unreachable>());

        (await app.JsonAsync("/preview", status: 503)).GetProperty("type").GetString().ShouldEndWith("/ledger-unavailable");
    }

    private static Task<TestApp> StartAsync(Action<AiCreditsOptions>? configure = null, Action<IServiceCollection>? services = null) => TestApp.StartAsync(
        configure,
        collection =>
        {
            collection.AddRateLimiter(options => options.AddAiCreditsGuestLimit("guest"));
            services?.Invoke(collection);
        },
        app =>
        {
            app.UseRateLimiter();
            app.MapGet("/preview", () => Results.Ok()).RequireRateLimiting("guest");
            app.MapGet("/generate", () => Results.Ok()).RequireCredits("flux-dev");
        });

    private static async Task<int> StatusAsync(TestApp app, string path = "/preview", string? user = null)
    {
        using var response = await app.GetAsync(path, user);
        return (int)response.StatusCode;
    }

    private sealed class Unreachable : Identity.ICallerResolver
    {
        public ValueTask<Metering.Caller> ResolveAsync(HttpContext context, bool willGenerate, CancellationToken cancellationToken = default) =>
            throw new LedgerUnavailableException("The database is down.");
    }
}
