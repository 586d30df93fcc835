using System.Net;
using AiCredits.DemoSite.Lab;
using Microsoft.Playwright;

namespace AiCredits.DemoSite.Pages;

/// <summary>Each switch of the page "Try it" shows what it says.</summary>
public sealed class TryTests(Chromium chromium, SharedDemoServer site)
{
    private const string Path = "/credits-demo/try";

    [Fact]
    public async Task Every_switch_shows_its_calls_and_the_entries_they_left()
    {
        using var user = site.NewVisitor();
        await user.SignUpAsync();
        await using var visit = await DemoVisit.OpenAsync(chromium, site, Path, visitor: user);

        await RunAsync(visit, "fail", "The model failed. You have 50 credits, as before.", "hold", "release");
        await RunAsync(visit, "unknown", "400:");
        await RunAsync(visit, "slow", "2 credits were set aside. Then it was done: 2 credits charged, 48 left.", "hold", "capture");
        await RunAsync(visit, "stream", "10 words told, 1 credit charged", "hold", "capture");
        await RunAsync(visit, "refund", "1 credit given back, and nothing more the second time: 47 before, 47 after.", "hold", "capture", "refund");
        await RunAsync(visit, "expiry", "3 credits came and expired.", "grant", "expire");
        await RunAsync(visit, "clicks", "11 answered 200, 9 got 402. The balance went from 47 to 3.", [.. Enumerable.Repeat("hold", 11), .. Enumerable.Repeat("capture", 11)]);
        await RunAsync(visit, "team", "1 credit spent, the next one got 402: Your share of the team's credits is used up. The team has 19 credits left", "hold", "capture");
        await visit.ExpectBalanceAsync(3);
        await RunAsync(visit, "team", "Your share of today was spent already: 402");
        await RunAsync(visit, "low", "You have 3 credits already: nothing was spent.");
        await visit.ExpectStateAsync("low");
        await visit.ShouldBeInOrderAsync("every switch tried");
        visit.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_closes_the_page_while_in_the_team_is_out_of_it_on_the_next_visit()
    {
        using var user = site.NewVisitor();
        await user.SignUpAsync();
        (await user.BalanceAsync()).ShouldBe(50);
        (await user.PostAsync("/api/lab/team", new { })).Status.ShouldBe(HttpStatusCode.OK);
        (await user.BalanceAsync()).ShouldBe(20);

        await using var visit = await DemoVisit.OpenAsync(chromium, site, Path, visitor: user);

        await visit.ExpectBalanceAsync(50);
        await visit.LoadAsync();
        await visit.ExpectBalanceAsync(50);
        visit.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Twenty_clicks_with_one_key_are_charged_once()
    {
        using var user = site.NewVisitor();
        await user.SignUpAsync();
        await using var visit = await DemoVisit.OpenAsync(chromium, site, Path, visitor: user);

        await visit.Find("[data-run=sameKey]").ClickAsync();

        await Assertions.Expect(visit.Find("#clicks .verdict")).ToContainTextAsync("The balance went from 50 to 46.");
        (await user.BalanceAsync()).ShouldBe(46);
    }

    [Fact]
    public async Task Who_stops_a_stream_pays_for_what_was_told()
    {
        await using var slow = new DemoServer(("Lab:WordTime", "00:00:02"));
        using var user = slow.NewVisitor();
        await user.SignUpAsync();
        await using var visit = await DemoVisit.OpenAsync(chromium, slow, Path, visitor: user);

        await visit.Find("[data-run=stream]").ClickAsync();
        await visit.ExpectTextAsync("#stream .verdict", "Once there");
        await visit.Find("[data-run=stop]").ClickAsync();

        await Assertions.Expect(visit.Find("#stream .verdict")).ToContainTextAsync("2 words told, 0.2 credits charged");
        (await user.BalanceAsync()).ShouldBe(49.8m);
    }

    [Fact]
    public async Task A_guest_tries_what_needs_no_account_and_is_asked_to_sign_up_for_the_rest()
    {
        await using var visit = await DemoVisit.OpenAsync(chromium, site, Path);

        await RunAsync(visit, "fail", "The model failed. You have 3 free pictures, as before.");
        await visit.ExpectHiddenAsync("#fail .entries");

        await visit.ExpectHiddenAsync("[data-run=clicks]");
        await visit.SignUpAsync("#clicks [data-sign-up]");
        await visit.ExpectVisibleAsync("[data-run=clicks]");
    }

    [Fact]
    public async Task Without_a_connection_a_switch_says_so_and_works_again_with_one()
    {
        using var user = site.NewVisitor();
        await user.SignUpAsync();
        await using var visit = await DemoVisit.OpenAsync(chromium, site, Path, visitor: user);
        await visit.Page.Context.SetOfflineAsync(true);

        await visit.Find("[data-run=low]").ClickAsync();
        await visit.ExpectTextAsync("#low .verdict", "It was refused.");
        await Assertions.Expect(visit.Find("#low .calls")).ToContainTextAsync("0");

        await visit.Page.Context.SetOfflineAsync(false);
        await RunAsync(visit, "low", "41 credits spent, 9 left", "hold", "capture");
    }

    [Fact]
    public void Each_button_has_a_name_of_its_own() =>
        Experiment.All.SelectMany(experiment => experiment.Buttons.Select(button => button.Name)).ShouldBeUnique();

    private static async Task RunAsync(DemoVisit visit, string experiment, string verdict, params string[] entries)
    {
        var button = visit.Find($"#{experiment} [data-run]").First;
        await button.ClickAsync();
        await Assertions.Expect(visit.Find($"#{experiment} .verdict")).ToContainTextAsync(verdict);
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-disabled", "false");
        await Assertions.Expect(visit.Find($"#{experiment} .calls li").First).ToBeVisibleAsync();
        var kinds = await visit.Find($"#{experiment} tbody tr").EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.kind)");
        kinds.Order().ShouldBe(entries.Order());
    }
}
