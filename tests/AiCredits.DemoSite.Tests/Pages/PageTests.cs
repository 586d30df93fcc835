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
        await visit.ExpectVisibleAsync("#notice-429");
        await visit.ShouldBeInOrderAsync("429");

        await visit.Find("#notice-429-sign-up").ClickAsync();
        await visit.Find("#account-submit").ClickAsync();
        await visit.ExpectVisibleAsync("#account-error");
        await visit.ShouldBeInOrderAsync("sign-up with a fault");
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.ExpectHiddenAsync("#account-dialog");

        await visit.SignUpAsync();
        await visit.ExpectVisibleAsync("#notice-low");
        await visit.ShouldBeInOrderAsync("low");

        await visit.ChooseAsync("flux-dev");
        await visit.Find("#count").SelectOptionAsync("4");
        await visit.GenerateAsync();
        await visit.ExpectVisibleAsync("#notice-402");
        await visit.ShouldBeInOrderAsync("402");

        await visit.Find("#count").SelectOptionAsync("2");
        await visit.Find("#fail").CheckAsync();
        await visit.GenerateAsync();
        await visit.ExpectVisibleAsync("#notice-error");
        await visit.ShouldBeInOrderAsync("failed");

        await visit.Find("#fail").UncheckAsync();
        await visit.GenerateAsync();
        await visit.ExpectTextAsync("#balance-value", "0.5");
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
        await visit.ExpectVisibleAsync("#notice-402");
        await Assertions.Expect(visit.Find("#packs li[data-pack=creator] strong")).ToHaveTextAsync(Hostile);
        (await visit.Page.TitleAsync()).ShouldNotContain("owned");
        (await visit.Find("img[src=x]").CountAsync()).ShouldBe(0);
        (await visit.Find("body script").CountAsync()).ShouldBe(0);
        visit.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_page_is_used_with_the_keyboard_alone()
    {
        await using var visit = await DemoVisit.OpenAsync(chromium, site);
        await visit.Find("#model-nano-banana-pro").FocusAsync();
        await visit.Page.Keyboard.PressAsync("ArrowDown");
        await visit.Page.Keyboard.PressAsync("ArrowUp");
        await Assertions.Expect(visit.Find("#model-nano-banana-pro")).ToBeCheckedAsync();
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
    public async Task When_the_window_is_over_the_countdown_ends_and_the_free_pictures_are_back()
    {
        await using var hasty = new DemoServer(("AiCredits:Guests:Limit", "1"), ("AiCredits:Guests:Window", "00:00:12"));
        await using var visit = await DemoVisit.OpenAsync(chromium, hasty);
        await visit.GenerateAsync();
        await visit.GenerateAsync();
        await visit.ExpectVisibleAsync("#notice-429");
        (await visit.CountdownAsync("#notice-429-countdown")).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(12));

        await Assertions.Expect(visit.Find("#notice-429")).ToBeHiddenAsync(new() { Timeout = 20_000 });

        await visit.ExpectTextAsync("#balance-value", "1 of 1");
        await visit.GenerateAsync();
        await visit.ExpectTextAsync("#balance-value", "0 of 1");
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
