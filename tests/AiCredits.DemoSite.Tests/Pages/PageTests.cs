using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace AiCredits.DemoSite.Pages;

public sealed partial class PageTests(Chromium chromium, SharedDemoServer site)
{
    public static TheoryData<string> Paths() => [.. DemoPages.All.Select(page => page.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_page_has_a_strict_policy_and_nothing_inline(string path)
    {
        using var visitor = site.NewVisitor();
        (await visitor.GetAsync("/")).Header("Location").ShouldBe("/credits-demo");

        var page = await visitor.GetAsync(path);

        page.Status.ShouldBe(HttpStatusCode.OK);
        var policy = page.Header("Content-Security-Policy").ShouldNotBeNull();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("script-src 'self'");
        policy.ShouldNotContain("unsafe");
        page.Header("X-Content-Type-Options").ShouldBe("nosniff");
        page.Header("Cache-Control").ShouldBe("no-cache, private");
        Inline().IsMatch(page.Text).ShouldBeFalse();
        foreach (Match asset in Asset().Matches(page.Text))
        {
            var answer = await visitor.GetAsync(asset.Groups[1].Value);
            answer.Status.ShouldBe(HttpStatusCode.OK, asset.Value);
            answer.Text.ShouldNotBeEmpty(asset.Value);
        }

        // Errors carry the policy as well.
        (await visitor.GetAsync("/nowhere")).Header("Content-Security-Policy").ShouldBe(policy);
    }

    [Fact]
    public async Task Every_state_of_the_studio_is_accessible_and_fits()
    {
        await using var small = new DemoServer(("AiCredits:WelcomeCredits", "2.5"), ("AiCredits:Guests:Limit", "1"));
        await using var visit = await DemoVisit.OpenAsync(chromium, small, width: 320, height: 640);
        await visit.ShouldBeInOrderAsync("guest");

        await visit.GenerateAsync();
        await visit.Find("#call summary").ClickAsync();
        await visit.ShouldBeInOrderAsync("picture");

        await visit.Find("#prompt").FillAsync("");
        await visit.Find("#generate").ClickAsync();
        await visit.ExpectVisibleAsync("#prompt-error");
        await visit.ShouldBeInOrderAsync("no prompt");

        await visit.Find("#prompt").FillAsync("a boat");
        await visit.GenerateAsync();
        await visit.ExpectVisibleAsync(DemoVisit.Packs);
        await visit.ShouldBeInOrderAsync("429");

        await visit.Find($"{DemoVisit.Packs} [part~=sign-up-button]").ClickAsync();
        await visit.Find("#account-submit").ClickAsync();
        await visit.ExpectVisibleAsync("#account-error");
        await visit.ShouldBeInOrderAsync("sign-up with a fault");
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.ExpectHiddenAsync("#account-dialog");

        await visit.SignUpAsync();
        await visit.ExpectStateAsync("low");
        await visit.ShouldBeInOrderAsync("low");

        await visit.ChooseAsync("flux-dev");
        await visit.Find("#count").SelectOptionAsync("4");
        await visit.GenerateAsync();
        await visit.ExpectVisibleAsync(DemoVisit.Packs);
        await visit.ShouldBeInOrderAsync("402");
        await visit.Page.Keyboard.PressAsync("Escape");

        await visit.Find("#count").SelectOptionAsync("2");
        await visit.Find("#fail").CheckAsync();
        await visit.GenerateAsync();
        await visit.ExpectVisibleAsync("#notice");
        await visit.ShouldBeInOrderAsync("failed");

        await visit.Find("#fail").UncheckAsync();
        await visit.GenerateAsync();
        await visit.ExpectBalanceAsync(0.5m);
        await visit.ShouldBeInOrderAsync("history");
        visit.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Hostile_texts_stay_texts()
    {
        const string Hostile = "\"><img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
        await using var hostile = new DemoServer(
            ("AiCredits:Models:flux-dev:Name", Hostile),
            ("AiCredits:Models:flux-dev:BestFor", Hostile),
            ("AiCredits:Packs:creator:Name", Hostile),
            ("AiCredits:WelcomeCredits", "1"));
        await using var visit = await DemoVisit.OpenAsync(chromium, hostile);
        await visit.ChooseAsync("flux-dev");
        await visit.Find("#prompt").FillAsync(Hostile);

        await visit.GenerateAsync();

        await visit.ExpectPictureAsync(Hostile);
        await Assertions.Expect(visit.Find("#call-text")).ToContainTextAsync("onerror");
        await visit.SignUpAsync();
        await visit.ChooseAsync("flux-dev");
        await visit.Find("#count").SelectOptionAsync("4");
        await visit.GenerateAsync();
        await visit.ExpectVisibleAsync(DemoVisit.Packs);
        await Assertions.Expect(visit.Find($"{DemoVisit.Packs} [part~=pack-best] [part~=pack-name]")).ToHaveTextAsync(Hostile);
        (await visit.Page.TitleAsync()).ShouldNotContain("owned");
        (await visit.Find("img[src=x]").CountAsync()).ShouldBe(0);
        (await visit.Find("body script").CountAsync()).ShouldBe(0);
        visit.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_page_is_used_with_the_keyboard_alone()
    {
        await using var visit = await DemoVisit.OpenAsync(chromium, site);
        await visit.Model("nano-banana-pro").FocusAsync();
        await visit.Page.Keyboard.PressAsync("ArrowDown");
        await visit.Page.Keyboard.PressAsync("ArrowUp");
        await Assertions.Expect(visit.Model("nano-banana-pro")).ToBeCheckedAsync();
        for (var stop = 0; stop < 3; stop++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
        }

        await Assertions.Expect(visit.Find("#generate")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");

        await visit.ExpectVisibleAsync("#result-image");
        await Assertions.Expect(visit.Find("#generate")).ToBeFocusedAsync();
        await Assertions.Expect(visit.Find("#status")).ToContainTextAsync("ready");
        await visit.Find("#sign-in-open").FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visit.Find("#email")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(visit.Find("#sign-in-open")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_member_at_the_cap_is_told_so_in_the_studio()
    {
        using var user = site.NewVisitor();
        await user.SignUpAsync();
        (await user.PostAsync("/api/lab/team", new { })).Status.ShouldBe(HttpStatusCode.OK);
        await using var visit = await DemoVisit.OpenAsync(chromium, site, visitor: user);
        await visit.ChooseAsync("nano-banana-pro");

        await visit.GenerateAsync();

        await visit.ExpectTextAsync("#notice-title", "Your share of the team's credits is used up");
        await visit.ExpectHiddenAsync(DemoVisit.Packs);
        await visit.ExpectBalanceAsync(20);
    }

    [Fact]
    public async Task Two_tabs_show_the_same_balance()
    {
        using var user = site.NewVisitor();
        await user.SignUpAsync();
        await using var first = await DemoVisit.OpenAsync(chromium, site, visitor: user);
        await first.ExpectBalanceAsync(50);
        var second = await first.Page.Context.NewPageAsync();
        await second.GotoAsync(first.Page.Url);
        await Assertions.Expect(second.Locator("#balance .amount")).ToHaveTextAsync("50");

        await first.ChooseAsync("flux-dev");
        await first.GenerateAsync();

        await first.ExpectBalanceAsync(49);
        await Assertions.Expect(second.Locator("#balance .amount")).ToHaveTextAsync("49");
        await Assertions.Expect(second.Locator("#history-rows tr")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Offline_the_studio_says_so_and_goes_on_when_the_connection_is_back()
    {
        using var user = site.NewVisitor();
        await user.SignUpAsync();
        await using var visit = await DemoVisit.OpenAsync(chromium, site, visitor: user);
        await visit.ExpectBalanceAsync(50);
        await visit.Page.Context.SetOfflineAsync(true);

        await visit.Find("#generate").ClickAsync();

        await visit.ExpectTextAsync("#notice-title", "The site can't be reached");
        await Assertions.Expect(visit.Find("#balance [part~=stale]")).ToContainTextAsync("You are offline.");
        await visit.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(visit.Find("#balance [part~=stale]")).ToBeHiddenAsync();
        await visit.ChooseAsync("flux-dev");
        await visit.GenerateAsync();
        await visit.ExpectBalanceAsync(49);
        await visit.ExpectHiddenAsync("#notice");
    }

    [Fact]
    public async Task When_the_window_is_over_the_countdown_ends_and_the_free_pictures_are_back()
    {
        await using var hasty = new DemoServer(("AiCredits:Guests:Limit", "1"), ("AiCredits:Guests:Window", "00:00:12"));
        await using var visit = await DemoVisit.OpenAsync(chromium, hasty);
        await visit.GenerateAsync();
        await visit.GenerateAsync();
        await visit.ExpectVisibleAsync(DemoVisit.Packs);
        (await visit.CountdownAsync("#balance .digits")).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(12));
        await visit.Page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(visit.Balance).ToContainTextAsync("1 of 1 free left", new() { Timeout = 20_000 });

        await visit.GenerateAsync();
        await Assertions.Expect(visit.Balance).ToContainTextAsync("Free again in");
        visit.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_jumps_while_the_studio_loads_and_draws()
    {
        await using var visit = await DemoVisit.OpenAsync(chromium, site, width: 360, height: 740);
        await visit.GenerateAsync();
        await visit.ExpectVisibleAsync("#result-image");

        (await visit.ShiftsAsync()).ShouldBeEmpty();
    }

    [GeneratedRegex(@"<script(?![^>]*(?:\ssrc=|type=""application/json""))|<style|\sstyle=|\son\w+=|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex("(?:href|src)=\"(/[^\"]+\\.(?:js|css|svg|webp))\"")]
    private static partial Regex Asset();
}
