using System.Net;
using Microsoft.AspNetCore.Hosting;

namespace AiCredits.DemoSite.Http;

/// <summary>The switches of the page "Try it", without the page.</summary>
public sealed class LabTests(SharedDemoServer site)
{
    [Fact]
    public async Task Spending_down_leaves_what_is_asked_and_takes_nothing_twice()
    {
        using var user = await UserAsync();

        var first = await user.PostAsync("/api/lab/spend-down", new { leave = 9 });
        var second = await user.PostAsync("/api/lab/spend-down", new { leave = 9 });

        ((decimal)first.Json["spent"]!).ShouldBe(41);
        ((decimal)second.Json["spent"]!).ShouldBe(0);
        (await user.BalanceAsync()).ShouldBe(9);
        ((bool)(await user.CreditsAsync())["credits"]!["lowBalance"]!).ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"leave":-1}""")]
    [InlineData("""{"leave":51}""")]
    [InlineData("""{"leave":"all"}""")]
    [InlineData("")]
    public async Task A_bad_amount_is_refused(string body)
    {
        using var user = await UserAsync();

        (await user.PostTextAsync("/api/lab/spend-down", body)).Status.ShouldBe(HttpStatusCode.BadRequest);

        (await user.BalanceAsync()).ShouldBe(50);
    }

    [Fact]
    public async Task Credits_that_expire_come_and_go()
    {
        using var user = await UserAsync();

        var granted = await user.PostAsync("/api/lab/expiring-credits", new { });

        ((decimal)granted.Json["granted"]!).ShouldBe(3);
        ((decimal)(await user.CreditsAsync())["credits"]!["lifetimeEarned"]!).ShouldBe(53);
        await Eventually.Async(async () => (await user.BalanceAsync()).ShouldBe(50));
        (await HistoryAsync(user)).ShouldBe(["expire -3", "grant 3", "grant 50"]);
    }

    [Fact]
    public async Task A_generation_is_given_back_once_and_only_to_its_owner()
    {
        using var user = await UserAsync();
        (await user.PostAsync("/api/lab/instant", new { aiModel = "nano-banana-pro" })).Status.ShouldBe(HttpStatusCode.OK);
        (await user.BalanceAsync()).ShouldBe(48);
        var id = (string)(await user.GetAsync("/api/credits/generations?limit=1")).Json["items"]![0]!["id"]!;
        using var stranger = await UserAsync();

        (await stranger.PostAsync($"/api/lab/refund/{id}", new { })).Status.ShouldBe(HttpStatusCode.NotFound);
        var first = await user.PostAsync($"/api/lab/refund/{id}", new { });
        var second = await user.PostAsync($"/api/lab/refund/{id}", new { });

        ((decimal)first.Json["refunded"]!).ShouldBe(2);
        ((bool)first.Json["repeated"]!).ShouldBeFalse();
        ((bool)second.Json["repeated"]!).ShouldBeTrue();
        (await user.BalanceAsync()).ShouldBe(50);
        (await HistoryAsync(user)).ShouldBe(["refund 2", "capture -2", "grant 50"]);
    }

    [Fact]
    public async Task A_member_of_a_team_spends_the_own_share_of_it_and_then_the_own_credits_again()
    {
        using var user = await UserAsync();
        (await user.GetAsync("/api/credits/members")).Status.ShouldBe(HttpStatusCode.Forbidden);

        var joined = await user.PostAsync("/api/lab/team", new { });

        ((decimal)joined.Json["dailyCap"]!).ShouldBe(1);
        (await user.BalanceAsync()).ShouldBe(20);
        (await user.PostAsync("/api/lab/instant", new { aiModel = "flux-dev" })).Header("Credits-Remaining").ShouldBe("19");
        var refused = (await user.GenerateAsync("nano-banana")).ShouldBeProblem(HttpStatusCode.PaymentRequired, "/member-cap-reached");
        ((decimal)refused["cap"]!).ShouldBe(1);
        ((decimal)(await user.GetAsync("/api/credits/members")).Json[0]!["usedToday"]!).ShouldBe(1);

        (await user.SendAsync("DELETE", "/api/lab/team", null, new Dictionary<string, string>())).Status.ShouldBe(HttpStatusCode.NoContent);
        (await user.BalanceAsync()).ShouldBe(50);
        (await user.GenerateAsync("nano-banana")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Of_20_clicks_at_once_as_many_succeed_as_the_balance_pays_for()
    {
        using var user = await UserAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => user.PostAsync("/api/lab/instant", new { aiModel = "nano-banana-pro", count = 2 })));

        answers.CountBy(answer => answer.Status).OrderBy(count => count.Key).ShouldBe(
            [new(HttpStatusCode.OK, 12), new(HttpStatusCode.PaymentRequired, 8)]);
        (await user.BalanceAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task A_whole_story_costs_its_price()
    {
        using var user = await UserAsync();

        var answer = await user.PostAsync("/api/lab/stream", new { });

        answer.ContentType.ShouldBe("text/event-stream");
        string.Join(' ', answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..]))
            .ShouldBe("Once there was a ledger that never lost a credit");
        await Eventually.Async(async () => (await user.BalanceAsync()).ShouldBe(49));
    }

    [Theory]
    [InlineData("/api/lab/spend-down")]
    [InlineData("/api/lab/expiring-credits")]
    [InlineData("/api/lab/refund/00000000-0000-0000-0000-000000000001")]
    [InlineData("/api/lab/instant")]
    [InlineData("/api/lab/stream")]
    [InlineData("/api/lab/team")]
    public async Task Guests_have_no_account_to_try_it_on(string path)
    {
        using var guest = site.NewVisitor();

        (await guest.PostAsync(path, new { leave = 1, aiModel = "flux-dev" })).Status.ShouldBe(HttpStatusCode.Unauthorized);

        (await guest.GuestRemainingAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task In_production_there_is_no_lab_and_the_page_says_so()
    {
        await using var production = new DemoServer((WebHostDefaults.EnvironmentKey, "Production"));
        using var user = production.NewVisitor();
        await user.SignUpAsync();

        (await user.PostAsync("/api/lab/spend-down", new { leave = 1 })).Status.ShouldBe(HttpStatusCode.NotFound);

        (await user.BalanceAsync()).ShouldBe(50);
        (await user.GetAsync("/credits-demo/try")).Text.ShouldContain("does not run in Development");
        (await site.NewVisitor().GetAsync("/credits-demo/try")).Text.ShouldNotContain("does not run in Development");
    }

    private static async Task<IEnumerable<string>> HistoryAsync(Visitor user) =>
        (await user.GetAsync("/api/credits/transactions")).Json["items"]!.AsArray().Select(entry => $"{entry!["kind"]} {entry["amount"]}");

    private async Task<Visitor> UserAsync()
    {
        var user = site.NewVisitor();
        await user.SignUpAsync();
        (await user.BalanceAsync()).ShouldBe(50);
        return user;
    }
}
