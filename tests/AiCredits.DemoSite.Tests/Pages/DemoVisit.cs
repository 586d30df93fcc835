using System.Globalization;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AiCredits.DemoSite.Pages;

/// <summary>A person on the demo page. Remembers whatever the browser complained about.</summary>
internal sealed partial class DemoVisit : IAsyncDisposable
{
    private readonly List<string> _complaints = [];

    private DemoVisit(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => _complaints.Add(error);
        page.Console += (_, message) =>
        {
            // The browser itself reports every answer of 400 and more; those are this site's contract.
            if (message.Type is "error" or "warning" && !ExpectedRefusal().IsMatch(message.Text))
            {
                _complaints.Add(message.Text);
            }
        };
    }

    public IPage Page { get; }

    public IReadOnlyList<string> Complaints => _complaints;

    public static async Task<DemoVisit> OpenAsync(Chromium chromium, DemoServer site, int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await chromium.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme });
        var visit = new DemoVisit(page);
        await visit.LoadAsync(site);
        return visit;
    }

    public async Task LoadAsync(DemoServer site)
    {
        await Page.GotoAsync(site.Page.ToString());
        await Page.Locator("html[data-ready=true]").WaitForAsync();
    }

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
        // The balance is read anew after each answer.
        await Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }

    /// <summary>The picture is there, whole and with a text for those who can't see it.</summary>
    public async Task ExpectPictureAsync(string prompt)
    {
        await ExpectVisibleAsync("#result-image");
        (await Find("#result-image").EvaluateAsync<int>("image => image.decode().then(() => image.naturalWidth)")).ShouldBe(768);
        (await Find("#result-image").GetAttributeAsync("alt")).ShouldNotBeNull().ShouldContain(prompt);
    }

    public Task ChooseAsync(string model) => Find($"#model-{model}").CheckAsync();

    public async Task SignUpAsync(string opener = "#sign-up-open")
    {
        await Find(opener).ClickAsync();
        await Find("#email").FillAsync($"{Guid.NewGuid():n}@example.com");
        await Find("#password").FillAsync(Visitor.Password);
        await Find("#account-submit").ClickAsync();
        await ExpectHiddenAsync("#account-dialog");
        await ExpectVisibleAsync("#sign-out");
    }

    /// <summary>Spends credits without the page, with the page's own cookies.</summary>
    public async Task SpendAsync(DemoServer site, string model, int count)
    {
        var response = await Page.Context.APIRequest.PostAsync(new Uri(site.Address, "/api/generate-image").ToString(), new() { DataObject = new { prompt = "a hill", aiModel = model, count } });
        response.Status.ShouldBe(200);
    }

    public async Task<TimeSpan> CountdownAsync(string selector) =>
        TimeSpan.Parse(await TextAsync(selector), CultureInfo.InvariantCulture);

    /// <summary>Axe finds nothing serious, and nothing sticks out sideways.</summary>
    public async Task ShouldBeInOrderAsync(string state)
    {
        var violations = (await Page.RunAxe()).Violations.Where(violation => violation.Impact is "serious" or "critical");
        violations.Select(violation => $"{state}: {violation.Id}: {string.Join(" | ", violation.Nodes.Select(node => node.Html))}").ShouldBeEmpty();
        var (scroll, client) = (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await Page.EvaluateAsync<int>("document.documentElement.clientWidth"));
        scroll.ShouldBeLessThanOrEqualTo(client, $"{state} scrolls sideways");
    }

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();

    [GeneratedRegex(@"^Failed to load resource: the server responded with a status of (400|401|402|429|502)")]
    private static partial Regex ExpectedRefusal();
}
