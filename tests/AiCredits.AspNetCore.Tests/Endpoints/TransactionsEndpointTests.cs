using System.Text.Json;
using AiCredits.Ledger;

namespace AiCredits.AspNetCore.Endpoints;

public sealed class TransactionsEndpointTests
{
    private const string Path = "/api/credits/transactions";

    [Fact]
    public async Task Pages_cover_the_history_once_newest_first()
    {
        await using var app = await TestApp.StartAsync();
        for (var run = 0; run < 10; run++)
        {
            await app.GenerateAsync("ann");
        }

        var seen = new List<long>();
        string? cursor = "";
        var pages = 0;
        while (cursor is not null)
        {
            var page = await app.JsonAsync($"{Path}?limit=4&cursor={cursor}", "ann");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => long.Parse(item.GetProperty("id").GetString()!)));
            cursor = page.GetProperty("nextCursor").GetString();
            pages++;

            // What happens meanwhile is newer and moves no page.
            await app.GenerateAsync("ann", "nano-banana");
        }

        pages.ShouldBe(3);
        seen.Count.ShouldBe(11);
        seen.ShouldBe(seen.Distinct().OrderDescending());
    }

    [Fact]
    public async Task A_page_that_holds_all_has_no_next_one()
    {
        await using var app = await TestApp.StartAsync();
        await app.GenerateAsync("ann");

        (await app.JsonAsync($"{Path}?limit=2", "ann")).GetProperty("nextCursor").ValueKind.ShouldBe(JsonValueKind.Null);
        (await app.JsonAsync($"{Path}?limit=1", "ann")).GetProperty("nextCursor").ValueKind.ShouldBe(JsonValueKind.String);
    }

    [Fact]
    public async Task Each_balance_is_the_one_before_and_the_amount_of_its_line()
    {
        await using var app = await TestApp.StartAsync(options => options.WelcomeCreditsExpireAfter = TimeSpan.FromDays(1));
        await app.GenerateAsync("ann");
        var grant = (await app.GrantAsync("ann", 10)).ShouldBeOfType<GrantResult.Granted>().GrantId;
        var open = await app.GenerateAsync("ann", "nano-banana-pro", outcome: null);
        await app.GenerateAsync("ann", "nano-banana-pro", GenerationOutcome.Failed);
        app.Clock.Advance(TimeSpan.FromDays(2));
        var spent = await app.GenerateAsync("ann", "flux-dev");
        await app.Store.ExecuteAsync(new RefundCommand(new AccountId("ann"), spent.Id) { Key = "refund" }, TestContext.Current.CancellationToken);
        await app.GenerateAsync("ann", "flux-dev");
        await app.Store.ExecuteAsync(new RevokeCommand(new AccountId("ann"), grant, 10) { Key = "revoke", ToDebt = true }, TestContext.Current.CancellationToken);
        await app.GrantAsync("ann", 3);

        var items = (await app.JsonAsync(Path, "ann")).GetProperty("items").EnumerateArray().Reverse().ToArray();

        items.Select(item => item.GetProperty("kind").GetString()).Distinct().Order().ShouldBe(["capture", "expire", "grant", "refund", "repay", "revoke"]);
        var balance = 0m;
        foreach (var item in items)
        {
            balance += item.GetProperty("amount").GetDecimal();
            item.GetProperty("balanceAfter").GetDecimal().ShouldBe(balance, item.GetRawText());
        }

        (await app.JsonAsync("/api/credits", "ann")).GetProperty("credits").GetProperty("balance").GetDecimal().ShouldBe(balance);
        open.ShouldNotBeNull();
    }

    [Fact]
    public async Task Holds_and_releases_are_shown_when_asked_for_with_what_could_be_spent_after()
    {
        await using var app = await TestApp.StartAsync();
        await app.GenerateAsync("ann", "nano-banana-pro", GenerationOutcome.Failed);

        var items = (await app.JsonAsync($"{Path}?kind=Hold,release", "ann")).GetProperty("items");

        items.GetArrayLength().ShouldBe(2);
        Line(items[0]).ShouldBe(("release", 2, 50));
        Line(items[1]).ShouldBe(("hold", -2, 48));
    }

    [Fact]
    public async Task Kinds_and_times_filter()
    {
        await using var app = await TestApp.StartAsync();
        await app.GenerateAsync("ann");
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.GenerateAsync("ann", "nano-banana");
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.GrantAsync("ann", 5);

        async Task<decimal[]> AmountsAsync(string query) =>
            [.. (await app.JsonAsync($"{Path}?{query}", "ann")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("amount").GetDecimal())];

        (await AmountsAsync("kind=capture")).ShouldBe([-0.5m, -1m]);
        (await AmountsAsync("kind=capture&kind=grant")).ShouldBe([5m, -0.5m, -1m, 50m]);
        (await AmountsAsync("from=2026-11-02T12:00:00Z")).ShouldBe([5m, -0.5m]);
        (await AmountsAsync("to=2026-11-02T12:00:00Z")).ShouldBe([-1m, 50m]);
        (await AmountsAsync("from=2026-11-02&to=2026-11-03")).ShouldBe([-0.5m]);
        (await AmountsAsync("from=2026-11-02T13:00:00+01:00&to=2026-11-02T13:00:01%2B01:00")).ShouldBe([-0.5m]);
    }

    [Theory]
    [InlineData("limit=0", "limit", "1 to 200")]
    [InlineData("limit=201", "limit", "1 to 200")]
    [InlineData("limit=ten", "limit", "1 to 200")]
    [InlineData("limit=99999999999999", "limit", "1 to 200")]
    [InlineData("cursor=!!", "cursor", "nextCursor")]
    [InlineData("cursor=AAAAAAAAAAA", "cursor", "nextCursor")]
    [InlineData("cursor=AAAA", "cursor", "nextCursor")]
    [InlineData("kind=spend", "kind", "grant, capture, expire, revoke, repay, refund, transfer, hold, release")]
    [InlineData("kind=grant,", "kind", "grant, capture, expire, revoke, repay, refund, transfer, hold, release")]
    [InlineData("kind=2", "kind", "grant, capture, expire, revoke, repay, refund, transfer, hold, release")]
    [InlineData("from=yesterday", "from", "2026-11-01T12:00:00Z")]
    [InlineData("to=11/2/2026", "to", "2026-11-01T12:00:00Z")]
    [InlineData("from=2026-11-02&to=2026-11-02", "to", "after from")]
    [InlineData("format=xml", "format", "json or csv")]
    public async Task Bad_input_is_answered_with_what_is_allowed(string query, string parameter, string allowed)
    {
        await using var app = await TestApp.StartAsync();

        var problem = await app.JsonAsync($"{Path}?{query}", "ann", status: 400);

        problem.GetProperty("type").GetString().ShouldEndWith("/invalid-query");
        problem.GetProperty("errors").GetProperty(parameter).GetString()!.ShouldContain(allowed);
    }

    [Fact]
    public async Task All_faults_are_named_at_once()
    {
        await using var app = await TestApp.StartAsync();

        var problem = await app.JsonAsync($"{Path}?limit=0&kind=spend&from=x", "ann", status: 400);

        problem.GetProperty("errors").EnumerateObject().Select(fault => fault.Name).ShouldBe(["limit", "kind", "from"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_guest_is_asked_to_sign_in()
    {
        await using var app = await TestApp.StartAsync();

        var problem = await app.JsonAsync(Path, status: 401);

        problem.GetProperty("type").GetString().ShouldEndWith("/sign-in-required");
        problem.GetProperty("signUpUrl").GetString().ShouldBe("/account/register");
    }

    [Fact]
    public async Task A_user_sees_no_line_of_another_one()
    {
        await using var app = await TestApp.StartAsync();
        await app.GrantAsync("bob", 1_000, description: "secret");

        (await app.JsonAsync(Path, "ann")).GetRawText().ShouldNotContain("secret");
    }

    private static (string Kind, decimal Amount, decimal BalanceAfter) Line(JsonElement item) =>
        (item.GetProperty("kind").GetString()!, item.GetProperty("amount").GetDecimal(), item.GetProperty("balanceAfter").GetDecimal());
}
