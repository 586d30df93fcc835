using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace AiCredits.DemoSite.Components;

/// <summary>Somebody on a page of the components. Remembers whatever the browser complained about.</summary>
internal sealed class ComponentVisit : IAsyncDisposable
{
    private readonly List<string> _complaints = [];

    private ComponentVisit(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => _complaints.Add(error);
        page.Console += (_, message) =>
        {
            // The browser itself reports every answer of 400 and more, and every request that can't be sent.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource:", StringComparison.Ordinal))
            {
                _complaints.Add(message.Text);
            }
        };
    }

    public IPage Page { get; }

    public IReadOnlyList<string> Complaints => _complaints;

    public static async Task<ComponentVisit> OpenAsync(Chromium chromium, string address, BrowserNewContextOptions? options = null, string? user = null)
    {
        var page = await chromium.NewPageAsync(options);
        if (user is not null)
        {
            await page.Context.AddCookiesAsync([new() { Name = "user", Value = user, Url = address }]);
        }

        var visit = new ComponentVisit(page);
        await page.GotoAsync(address);
        return visit;
    }

    /// <summary>One more tab of the same browser.</summary>
    public async Task<ComponentVisit> OpenTabAsync(string address)
    {
        var page = await Page.Context.NewPageAsync();
        var visit = new ComponentVisit(page);
        await page.GotoAsync(address);
        return visit;
    }

    public ILocator Find(string selector) => Page.Locator(selector);

    public ILocatorAssertions Expect(string selector) => Assertions.Expect(Find(selector));

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>Waits until the browser has gone to an address that ends like this.</summary>
    public Task ExpectAddressAsync(string end) => Assertions.Expect(Page).ToHaveURLAsync(new Regex(Regex.Escape(end) + "$"));

    /// <summary>The id of the element that has the focus, and the name of what has it inside.</summary>
    public Task<string> FocusAsync() => Page.EvaluateAsync<string>("(() => { const host = document.activeElement; const inner = host?.shadowRoot?.activeElement; return `${host?.id} ${inner?.getAttribute('aria-label') || inner?.value || inner?.textContent || ''}`.trim(); })()");

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
