using System.Net;
using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Administration;

public sealed class AnalyticsEndpointTests
{
    private const string Path = "/api/credits/analytics";

    [Fact]
    public async Task The_report_tells_what_happened()
    {
        await using var app = await StartAsync();
        await app.GrantAsync("ann", 50, GrantKind.Welcome);
        await app.GrantAsync("ann", 100);
        await app.GenerateAsync("ann", "nano-banana-pro");
        await app.GenerateAsync("ann", "flux-dev");
        await app.GenerateAsync("ann", "flux-dev", GenerationOutcome.Failed);
        await app.GenerateAsync(new Caller.Guest(new GuestIdentity("g1", [new GuestSubject("session:g1", 3)])), "flux-dev");
        await app.Services.GetRequiredService<IGuestLimiter>().ClaimAsync("g1", new AccountId("ann"), TestContext.Current.CancellationToken);

        var report = await app.JsonAsync($"{Path}?interval=day&from=2026-10-31&to=2026-11-02", AdminApp.Admin);

        report.GetProperty("from").GetDateTime().ShouldBe(new DateTime(2026, 10, 31, 0, 0, 0, DateTimeKind.Utc));
        report.GetProperty("buckets").GetArrayLength().ShouldBe(2);
        var totals = report.GetProperty("totals");
        totals.GetProperty("generations").GetInt64().ShouldBe(4);
        totals.GetProperty("failed").GetInt64().ShouldBe(1);
        totals.GetProperty("guestGenerations").GetInt64().ShouldBe(1);
        totals.GetProperty("activeAccounts").GetInt64().ShouldBe(1);
        totals.GetProperty("generationsPerAccount").GetDouble().ShouldBe(3);
        totals.GetProperty("spent").GetDecimal().ShouldBe(3);
        totals.GetProperty("spentWelcome").GetDecimal().ShouldBe(3);
        totals.GetProperty("grantedPaid").GetDecimal().ShouldBe(100);
        totals.GetProperty("purchases").GetInt64().ShouldBe(1);
        totals.GetProperty("claimedGuests").GetInt64().ShouldBe(1);
        var flux = report.GetProperty("models")[0];
        flux.GetProperty("model").GetString().ShouldBe("flux-dev");
        flux.GetProperty("failureRate").GetDouble().ShouldBe(1 / 3d);
        report.GetProperty("topAccounts")[0].GetProperty("spent").GetDecimal().ShouldBe(3);
        report.GetProperty("funnel").GetProperty("purchased").GetInt64().ShouldBe(1);
        report.GetProperty("outstanding").GetProperty("paid").GetDecimal().ShouldBe(100);
        report.GetProperty("outstanding").GetProperty("free").GetDecimal().ShouldBe(47);
    }

    [Theory]
    [InlineData("?interval=minute", "interval", "hour, day, week, month")]
    [InlineData("?top=101", "top", "0 to 100")]
    [InlineData("?top=-1", "top", "0 to 100")]
    [InlineData("?from=tomorrow", "from", "ISO 8601")]
    [InlineData("?from=2026-01-02&to=2026-01-01", "from", "is empty")]
    [InlineData("?from=1000-01-01&to=2026-01-01&interval=month", "from", "1970")]
    [InlineData("?to=0001-01-01", "from", "is empty")]
    [InlineData("?from=2020-01-01&interval=hour", "from", "more than 1000 steps")]
    public async Task A_bad_query_is_told_what_is_allowed(string query, string parameter, string allowed)
    {
        await using var app = await StartAsync();

        var problem = await app.JsonAsync(Path + query, AdminApp.Admin, 400);

        problem.GetProperty("errors").GetProperty(parameter).GetString().ShouldNotBeNull().ShouldContain(allowed);
    }

    [Theory]
    [InlineData("hour", 24)]
    [InlineData("day", 31)]
    [InlineData("week", 13)]
    [InlineData("month", 13)]
    public async Task Each_interval_has_a_period_of_its_own(string interval, int buckets)
    {
        await using var app = await StartAsync();

        (await app.JsonAsync($"{Path}?interval={interval}", AdminApp.Admin)).GetProperty("buckets").GetArrayLength().ShouldBe(buckets);
    }

    [Fact]
    public async Task Only_the_setting_opens_it()
    {
        await using var closed = await AdminApp.StartAsync(map: app => app.MapGroup("/users").RequireAuthorization(AdminApp.Policy).MapAiCredits());
        await using var open = await StartAsync();

        (await closed.SendAsync(HttpMethod.Get, Path, AdminApp.Admin)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await closed.SendAsync(HttpMethod.Get, "/users" + Path, AdminApp.Admin)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await open.SendAsync(HttpMethod.Get, Path, "ann")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await open.SendAsync(HttpMethod.Get, Path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static Task<TestApp> StartAsync() => AdminApp.StartAsync(
        map: _ => { },
        services: services => services.Configure<AiCreditsHttpOptions>(options => options.AdminPolicy = AdminApp.Policy));
}
