using AiCredits.DemoSite.Pages;
using Microsoft.Playwright;

namespace AiCredits.DemoSite.Components;

/// <summary>Each element in each state: accessible, within its width, quiet, and looked at in pictures that are kept.</summary>
public sealed class ComponentStateTests(Chromium chromium, ComponentSite site) : IClassFixture<ComponentSite>
{
    [Theory]
    [InlineData("light", 1100, ColorScheme.Light, "")]
    [InlineData("dark-packs", 1100, ColorScheme.Dark, "open")]
    [InlineData("dark-phone", 344, ColorScheme.Dark, "")]
    [InlineData("phone-packs-german-rtl", 344, ColorScheme.Light, "open&lang=de&dir=rtl")]
    public async Task Every_state_is_in_order(string name, int width, ColorScheme scheme, string query)
    {
        // The gallery has a margin of 12 pixels on both sides: 344 leaves 320 for the states.
        await using var visit = await ComponentVisit.OpenAsync(chromium, new Uri(site.Address, "/gallery?query=" + Uri.EscapeDataString(query)).ToString(), new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        foreach (var state in ComponentSite.States)
        {
            var frame = visit.Page.FrameLocator($"iframe[title={state}]");
            await Assertions.Expect(frame.Locator(state == "loading" ? "#compact [aria-busy=true]" : "#compact [aria-busy=false]")).ToBeAttachedAsync();
            await Assertions.Expect(frame.Locator(state == "loading" ? "#models [aria-busy=true]" : "#models [aria-busy=false]")).ToBeAttachedAsync();
        }

        await KeepPictureAsync(visit.Page, name);
        foreach (var frame in visit.Page.Frames)
        {
            (await frame.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth")).ShouldBeLessThanOrEqualTo(0, $"{frame.Url} scrolls sideways");

            // Each state by itself: no page has them all, and each has a main part and a heading of the same name.
            (await Axe.FindAsync(frame, all: true, inner: false)).ShouldBeEmpty(frame.Url);
        }

        visit.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Hostile_texts_stay_texts()
    {
        await using var visit = await ComponentVisit.OpenAsync(chromium, site.Page("?open", "hostile"));

        await visit.Expect("#packs [part~=pack-name] >> nth=0").ToHaveTextAsync(ComponentSite.Hostile);
        await visit.Expect("#models [part=model-name] >> nth=0").ToHaveTextAsync(ComponentSite.Hostile);

        (await visit.Page.TitleAsync()).ShouldBe("Components");
        (await visit.Find("img").CountAsync()).ShouldBe(0);
        visit.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_state_says_what_is_true()
    {
        var expected = new Dictionary<string, (string Balance, string Cost)>
        {
            ["ok"] = ("149.5 credits left", "Leaves you 148.5 credits."),
            ["low"] = ("4.5 credits left", "running low"),
            ["half"] = ("0.5 credits left", "Takes all that you have."),
            ["empty"] = ("0 credits left", "0.5 credits short."),
            ["held"] = ("0 credits left", "Enough as soon as running generations end."),
            ["negative"] = ("-3 credits left", "3.5 credits short."),
            ["guest"] = ("2 of 3 free left", "Free: uses 1 of your 2."),
            ["guest-empty"] = ("Free again in", "Your free generations are used up."),
            ["error"] = ("This can't be shown right now.", "This can't be shown right now."),
            ["malformed"] = ("This can't be shown right now.", "This can't be shown right now."),
            ["signed-out"] = ("Sign in to see your credits.", "This can't be shown right now."),
            ["missing"] = ("Credits are not set up on this site.", "This can't be shown right now."),
            ["none"] = ("149.5 credits left", "Unknown model"),
        };
        await using var visit = await ComponentVisit.OpenAsync(chromium, new Uri(site.Address, "/gallery").ToString());

        foreach (var (state, (balance, cost)) in expected)
        {
            var frame = visit.Page.FrameLocator($"iframe[title={state}]");
            await Assertions.Expect(frame.Locator("#compact")).ToContainTextAsync(balance);
            await Assertions.Expect(frame.Locator("#cost")).ToContainTextAsync(cost);
        }
    }

    [Fact]
    public async Task A_countdown_is_right_although_the_clock_of_the_browser_is_not()
    {
        var page = await chromium.NewPageAsync();
        await page.AddInitScriptAsync("(() => { const now = Date.now.bind(Date); Date.now = () => now() + 3_600_000; })()");

        await page.GotoAsync(site.Page("", "guest-empty"));

        await Assertions.Expect(page.Locator("#compact [role=timer] .digits")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^(10:00|9:5\\d)$"));
        await page.Context.DisposeAsync();
    }

    private static async Task KeepPictureAsync(IPage page, string name)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "AiCredits.sln")))
        {
            root = root.Parent;
        }

        await page.ScreenshotAsync(new() { Path = Path.Combine(root!.FullName, "artifacts", "screenshots", $"components-{name}.png"), FullPage = true, Animations = ScreenshotAnimations.Disabled });
    }
}
