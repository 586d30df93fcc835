using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace AiCredits.DemoSite.Pages;

public sealed partial class PageTests(Chromium chromium, SharedDemoServer site)
{
    [Fact]
    public async Task The_page_has_a_strict_policy_and_nothing_inline()
    {
        using var visitor = site.NewVisitor();
        (await visitor.GetAsync("/")).Header("Location").ShouldBe("/credits-demo");

        var page = await visitor.GetAsync("/credits-demo");

        page.Status.ShouldBe(HttpStatusCode.OK);
        var policy = page.Header("Content-Security-Policy").ShouldNotBeNull();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("script-src 'self'");
        policy.ShouldNotContain("unsafe");
        page.Header("X-Content-Type-Options").ShouldBe("nosniff");
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

    [Theory]
    [InlineData(320, 640, ColorScheme.Light)]
    [InlineData(320, 640, ColorScheme.Dark)]
    [InlineData(1280, 800, ColorScheme.Dark)]
    public async Task Every_state_is_accessible_and_fits(int width, int height, ColorScheme scheme)
    {
        await using var small = new DemoServer(("AiCredits:WelcomeCredits", "2.5"), ("AiCredits:Guests:Limit", "1"));
        await using var visit = await DemoVisit.OpenAsync(chromium, small, width, height, scheme);
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
    public async Task Nothing_jumps_while_the_page_loads_and_draws()
    {
        await using var visit = await DemoVisit.OpenAsync(chromium, site, 360, 740);
        await visit.GenerateAsync();
        await visit.ExpectVisibleAsync("#result-image");

        var shifts = await visit.Page.EvaluateAsync<string[]>("""
            new Promise(resolve => {
              const seen = [];
              new PerformanceObserver(list => seen.push(...list.getEntries())).observe({ type: "layout-shift", buffered: true });
              setTimeout(() => resolve(seen.filter(entry => !entry.hadRecentInput && entry.value > 0.05).map(entry =>
                `${entry.value.toFixed(3)}: ${entry.sources.map(source => `${source.node?.id || source.node?.nodeName} ${Math.round(source.previousRect.y)} to ${Math.round(source.currentRect.y)}`).join(", ")}`)), 300);
            })
            """);

        shifts.ShouldBeEmpty();
    }

    [GeneratedRegex(@"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex("(?:href|src)=\"(/[^\"]+\\.(?:js|css|svg))\"")]
    private static partial Regex Asset();
}
