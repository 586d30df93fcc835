using System.Globalization;
using AiCredits.Ledger;

namespace AiCredits.AspNetCore.Endpoints;

public sealed class StatementsEndpointTests
{
    [Fact]
    public async Task A_statement_adds_up_and_the_balance_is_that_of_the_time()
    {
        await using var app = await TestApp.StartAsync(options => options.WelcomeCredits = 0);
        await app.GrantAsync("ann", 20);
        await app.GrantAsync("ann", 5, GrantKind.Promotion, TestApp.Start.UtcDateTime.AddDays(12));
        app.Clock.Advance(TimeSpan.FromDays(10));
        await app.GenerateAsync("ann", "nano-banana-pro");
        await app.GenerateAsync("ann", "flux-dev", outcome: null);
        app.Clock.Advance(TimeSpan.FromDays(10));

        var before = await app.JsonAsync($"/api/credits/statements?from={At(0)}&to={At(9)}", "ann");
        var after = await app.JsonAsync($"/api/credits/statements?from={At(9)}&to={At(30)}", "ann");

        Figures(before).ShouldBe((0, 25, 0, 0, 25));
        Figures(after).ShouldBe((25, 0, 2, 3, 20));
        (await app.JsonAsync($"/api/credits/balance?at={At(9)}", "ann")).GetProperty("balance").GetDecimal().ShouldBe(25);
        var running = await app.JsonAsync($"/api/credits/balance?at={At(10.001)}", "ann");
        (running.GetProperty("balance").GetDecimal(), running.GetProperty("held").GetDecimal()).ShouldBe((22, 1));
        (await app.JsonAsync("/api/credits/balance?at=2020-01-01", "ann")).GetProperty("balance").GetDecimal().ShouldBe(0);

        static (decimal Opening, decimal Granted, decimal Spent, decimal Expired, decimal Closing) Figures(System.Text.Json.JsonElement statement)
        {
            decimal Of(string name) => statement.GetProperty(name).GetDecimal();
            Of("closing").ShouldBe(Of("opening") + Of("granted") + Of("refunded") - Of("spent") - Of("expired") - Of("revoked") - Of("transferredOut"));
            return (Of("opening"), Of("granted"), Of("spent"), Of("expired"), Of("closing"));
        }
    }

    [Theory]
    [InlineData("/api/credits/statements")]
    [InlineData("/api/credits/statements?from=2026-11-01")]
    [InlineData("/api/credits/statements?from=2026-11-02&to=2026-11-01")]
    [InlineData("/api/credits/statements?from=2020-11-02&to=2026-11-01")]
    [InlineData("/api/credits/statements?from=yesterday&to=today")]
    [InlineData("/api/credits/statements?from=0001-01-01&to=0001-01-02")]
    [InlineData("/api/credits/balance")]
    [InlineData("/api/credits/balance?at=9999-12-31")]
    public async Task A_query_that_can_not_be_answered_is_400_and_names_the_parameter(string path)
    {
        await using var app = await TestApp.StartAsync();
        var problem = await app.JsonAsync(path, "ann", 400);
        problem.GetProperty("type").GetString().ShouldEndWith("/invalid-query");
    }

    [Theory]
    [InlineData("/api/credits/statements?from=2026-11-01&to=2026-11-02")]
    [InlineData("/api/credits/balance?at=2026-11-01")]
    public async Task Guests_are_asked_to_sign_in(string path)
    {
        await using var app = await TestApp.StartAsync();
        await app.JsonAsync(path, null, 401);
    }

    private static string At(double days) => TestApp.Start.AddDays(days).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
