using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace AiCredits.DemoSite.Pages;

/// <summary>A person on the demo's pages. Remembers whatever the browser complained about.</summary>
internal sealed partial class DemoVisit : IAsyncDisposable
{
    public const string Studio = "/credits-demo/studio";

    /// <summary>The dialog of packs.</summary>
    public const string Packs = "credit-packs-modal dialog";

    private readonly List<string> _complaints = [];
    private readonly List<string> _refused = [];
    private readonly DemoServer _site;

    private DemoVisit(IPage page, DemoServer site)
    {
        Page = page;
        _site = site;
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                _refused.Add($"{response.Status} {response.Url}");
            }
        };
        page.PageError += (_, error) => _complaints.Add(error);
        page.Console += (_, message) =>
        {
            // The browser itself reports every answer of 400 and more; those are this site's contract.
            if (message.Type is "error" or "warning" && !ExpectedRefusal().IsMatch(message.Text))
            {
                _complaints.Add($"{message.Text} {message.Location}");
            }
        };
    }

    public IPage Page { get; }

    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Every answer of 400 and more so far.</summary>
    public IReadOnlyList<string> Refused => _refused;

    /// <param name="chromium">The browser.</param>
    /// <param name="site">The site.</param>
    /// <param name="path">The page to open.</param>
    /// <param name="width">Of the window.</param>
    /// <param name="height">Of the window.</param>
    /// <param name="visitor">Who it is; somebody new when left out.</param>
    public static async Task<DemoVisit> OpenAsync(Chromium chromium, DemoServer site, string path = Studio, int width = 1280, int height = 800, Visitor? visitor = null)
    {
        var page = await chromium.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = height } });
        var visit = new DemoVisit(page, site);
        if (visitor is not null)
        {
            await page.Context.AddCookiesAsync(visitor.Cookies.GetAllCookies()
                .Select((Func<System.Net.Cookie, Microsoft.Playwright.Cookie>)(cookie => new() { Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path, HttpOnly = cookie.HttpOnly })));
        }

        await visit.LoadAsync(path);
        return visit;
    }

    public async Task LoadAsync(string path = Studio)
    {
        await Page.GotoAsync(new Uri(_site.Address, path).ToString());
        await Page.Locator("html[data-ready=true]").WaitForAsync();
    }

    /// <summary>Waits until the browser has gone to an address that ends like this.</summary>
    public Task ExpectAddressAsync(string end) => Assertions.Expect(Page).ToHaveURLAsync(new Regex(Regex.Escape(end) + "$"));

    public ILocator Find(string selector) => Page.Locator(selector);

    public async Task<string> TextAsync(string selector) => (await Find(selector).TextContentAsync())!.Trim();

    /// <summary>Waits until an element has a text.</summary>
    public Task ExpectTextAsync(string selector, string text) => Assertions.Expect(Find(selector)).ToHaveTextAsync(text);

    public Task ExpectVisibleAsync(string selector) => Assertions.Expect(Find(selector)).ToBeVisibleAsync();

    public Task ExpectHiddenAsync(string selector) => Assertions.Expect(Find(selector)).ToBeHiddenAsync();

    /// <summary>Presses the button and waits until the site has answered and the page shows it.</summary>
    public async Task GenerateAsync()
    {
        await Page.RunAndWaitForResponseAsync(() => Find("#generate").ClickAsync(), response => response.Url.EndsWith("/api/generate-image", StringComparison.Ordinal));
        await Assertions.Expect(Find("#generate")).ToHaveAttributeAsync("aria-disabled", "false");
    }

    /// <summary>The balance in the header.</summary>
    public ILocator Balance => Find("#balance [part~=value]");

    /// <summary>Waits until the header shows a balance.</summary>
    public Task ExpectBalanceAsync(decimal credits) => ExpectTextAsync("#balance .amount", credits.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits until the header shows how the account stands: ok, low, empty, guest, guest-empty.</summary>
    public Task ExpectStateAsync(string state) => Assertions.Expect(Find("#balance [part~=base]")).ToHaveAttributeAsync("data-state", state);

    /// <summary>The radio button of a model.</summary>
    public ILocator Model(string model) => Find($"#model input[value={model}]");

    /// <summary>The picture is there, whole and with a text for those who can't see it.</summary>
    public async Task ExpectPictureAsync(string prompt)
    {
        await ExpectVisibleAsync("#result-image");
        (await Find("#result-image").EvaluateAsync<int>("image => image.decode().then(() => image.naturalWidth)")).ShouldBe(768);
        (await Find("#result-image").GetAttributeAsync("alt")).ShouldNotBeNull().ShouldContain(prompt);
    }

    /// <summary>Clicks on a model, also when it is selected already because it is recommended.</summary>
    public Task ChooseAsync(string model) => Model(model).ClickAsync();

    public async Task SignUpAsync(string opener = "#balance [part~=sign-up-button]")
    {
        await Find(opener).ClickAsync();
        await Find("#email").FillAsync($"{Guid.NewGuid():n}@example.com");
        await Find("#password").FillAsync(Visitor.Password);
        await Find("#account-submit").ClickAsync();
        await ExpectHiddenAsync("#account-dialog");
        await ExpectVisibleAsync("#sign-out");
    }

    /// <summary>Spends all but some credits without the page, with the page's own cookies.</summary>
    public async Task SpendDownAsync(int leave)
    {
        var response = await Page.Context.APIRequest.PostAsync(new Uri(_site.Address, "/api/lab/spend-down").ToString(), new() { DataObject = new { leave } });
        response.Status.ShouldBe((int)HttpStatusCode.OK);
    }

    /// <summary>What a countdown shows: "23:59:59", "24:00:00" in its first second, or "9:59" below an hour.</summary>
    public async Task<TimeSpan> CountdownAsync(string selector) =>
        TimeSpan.FromSeconds((await TextAsync(selector)).Split(':').Aggregate(0L, (sum, part) => (sum * 60) + long.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture)));

    /// <summary>
    /// Axe finds nothing serious, and nothing sticks out sideways: on a phone and on a desk, light and dark, and in a
    /// language that runs from right to left.
    /// </summary>
    public async Task ShouldBeInOrderAsync(string state)
    {
        var before = Page.ViewportSize!;
        (int Width, int Height, ColorScheme Scheme, string Direction)[] looks =
            [(320, 640, ColorScheme.Light, "ltr"), (320, 640, ColorScheme.Dark, "rtl"), (1280, 800, ColorScheme.Dark, "ltr")];
        foreach (var (width, height, scheme, direction) in looks)
        {
            await Page.SetViewportSizeAsync(width, height);
            await Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            await Page.EvaluateAsync("direction => document.documentElement.dir = direction", direction);
            var where = $"{state}, {width} pixels, {scheme}, {direction}";
            (await Axe.FindAsync(Page)).ShouldBeEmpty(where);
            var widths = await Page.EvaluateAsync<int[]>("[document.documentElement.scrollWidth, document.documentElement.clientWidth]");
            widths[0].ShouldBeLessThanOrEqualTo(widths[1], $"{where} scrolls sideways");
        }

        await Page.EvaluateAsync("document.documentElement.dir = 'ltr'");
        await Page.SetViewportSizeAsync(before.Width, before.Height);
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light, ReducedMotion = ReducedMotion.NoPreference });
    }

    /// <summary>What moved on the page without anybody having asked for it.</summary>
    public Task<string[]> ShiftsAsync() => Page.EvaluateAsync<string[]>("""
            new Promise(resolve => {
              const seen = [];
              new PerformanceObserver(list => seen.push(...list.getEntries())).observe({ type: "layout-shift", buffered: true });
              setTimeout(() => resolve(seen.filter(entry => !entry.hadRecentInput && entry.value > 0.05).map(entry =>
                `${entry.value.toFixed(3)}: ${entry.sources.map(source => `${source.node?.id || source.node?.nodeName} ${Math.round(source.previousRect.y)} to ${Math.round(source.currentRect.y)}`).join(", ")}`)), 300);
            })
            """);

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();

    [GeneratedRegex(@"^Failed to load resource: the server responded with a status of (400|401|402|409|429|502)")]
    private static partial Regex ExpectedRefusal();
}
