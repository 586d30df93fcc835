using System.Text.RegularExpressions;
using AiCredits.DemoSite.Gallery;
using Microsoft.Playwright;

namespace AiCredits.DemoSite.Pages;

/// <summary>Every component in every situation: something true is shown, it is accessible, and the address leads back to it.</summary>
public sealed class GalleryTests(Chromium chromium, SharedDemoServer site, GalleryTests.Phone phone) : IClassFixture<GalleryTests.Phone>
{
    private const string Path = "/credits-demo/gallery";

    /// <summary>What the compact balance, the cost of one generation and the selector say in each situation.</summary>
    public static TheoryData<string, string, string, string> Situations() => new()
    {
        { "ok", "42.5", "Leaves you 41.5 credits.", "Recommended" },
        { "low", "Low", "running low", "Recommended" },
        { "empty", "Empty", "1 credit short.", "Your balance doesn't reach for any model." },
        { "held", "Empty", "Enough as soon as running generations end.", "Your balance doesn't reach for any model." },
        { "expiring", "42.5", "Leaves you 41.5 credits.", "Recommended" },
        { "guest", "2 of 3 free left", "Free: uses 1 of your 2.", "Free" },
        { "guest-empty", "Free again in", "Your free generations are used up.", "Your free generations are used up." },
        { "guest-off", "Sign up to generate.", "1 credit", "Sign up to generate." },
        { "loading", "Loading|longer than usual", "Loading|longer than usual", "Loading|longer than usual" },
        { "slow", "This takes longer than usual", "This takes longer than usual", "This takes longer than usual" },
        { "offline", "You are offline.", "Leaves you 41.5 credits.", "Recommended" },
        { "error", "This can't be shown right now.", "This can't be shown right now.", "This can't be shown right now." },
        { "malformed", "This can't be shown right now.", "This can't be shown right now.", "This can't be shown right now." },
        { "missing", "Credits are not set up on this site.", "This can't be shown right now.", "This can't be shown right now." },
        { "signed-out", "Sign in to see your credits.", "This can't be shown right now.", "This can't be shown right now." },
        { "none", "42.5", "Unknown model", "No models are available right now." },
        { "huge", "123", "Leaves you 123,456,789,011.345", "Recommended" },
        { "negative", "Empty", "short.", "Your balance doesn't reach for any model." },
        { "hostile", "42.5", "onerror", "onerror" },
    };

    [Fact]
    public void Every_situation_is_looked_at() =>
        Situations().Select(row => row.Data.Item1).ShouldBe(Situation.All.Select(situation => situation.Id));

    [Theory]
    [MemberData(nameof(Situations))]
    public async Task A_situation_shows_something_true_and_is_accessible(string state, string balance, string cost, string models)
    {
        var visit = await phone.OpenAsync($"{Path}?state={state}");
        var complaints = visit.Complaints.Count;

        await ExpectAsync("credit-balance:not([mode])", balance);
        await ExpectAsync("generation-cost-indicator:not([mode]):not([count])", cost);
        await ExpectAsync("model-recommendation", models);
        await visit.Find("credit-balance[mode=full] [part~=base]").WaitForAsync();
        await visit.ShouldBeInOrderAsync(state);
        (await visit.Page.TitleAsync()).ShouldNotBe("owned");
        (await visit.Find("img[src=x]").CountAsync()).ShouldBe(0);
        await Assertions.Expect(visit.Find(".states [aria-current=true]")).ToHaveCountAsync(1);
        visit.Complaints.Skip(complaints).ShouldBeEmpty();

        // One of several texts where time decides.
        Task ExpectAsync(string element, string texts) => Assertions.Expect(visit.Find($"{element} [part~=base]"))
            .ToContainTextAsync(new Regex(string.Join('|', texts.Split('|').Select(Regex.Escape))));
    }

    [Fact]
    public async Task The_dialog_opens_in_the_gallery_and_sells_nothing()
    {
        await using var visit = await DemoVisit.OpenAsync(chromium, site, Path);

        await visit.Find("#open-refused").ClickAsync();
        await Assertions.Expect(visit.Find($"{DemoVisit.Packs} [part~=notice]")).ToContainTextAsync("This costs 8 credits and you have 3.5 credits.");
        await visit.ShouldBeInOrderAsync("dialog");
        await visit.Find($"{DemoVisit.Packs} [part~=pack-best] button").ClickAsync();
        await visit.Page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(visit.Find("#open-refused")).ToBeFocusedAsync();
        await Assertions.Expect(visit.Find("#events")).ToContainTextAsync("credits-checkout creator");
        visit.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_address_keeps_what_was_picked()
    {
        await using var visit = await DemoVisit.OpenAsync(chromium, site, $"{Path}?state=low");
        await visit.Find("#looks [name=theme]").SelectOptionAsync("dark");
        await visit.Find("#looks [name=dir]").SelectOptionAsync("rtl");
        await visit.Find("#looks [name=lang]").SelectOptionAsync("de");
        await visit.Find("#looks [name=width]").SelectOptionAsync("320");
        await visit.ExpectAddressAsync("?state=low&theme=dark&dir=rtl&lang=de&width=320");

        await visit.Find(".states a:has-text('Guest at the limit')").ClickAsync();

        await visit.ExpectAddressAsync("?state=guest-empty&theme=dark&dir=rtl&lang=de&width=320");
        var balance = visit.Find("credit-balance:not([mode])");
        await Assertions.Expect(balance).ToHaveAttributeAsync("theme", "dark");
        await Assertions.Expect(balance).ToContainTextAsync("Wieder gratis");
        (await balance.EvaluateAsync<string>("element => getComputedStyle(element).direction")).ShouldBe("rtl");
        await visit.LoadAsync($"{Path}?state=nonsense&theme=%3Cscript%3E&lang=xx");
        await Assertions.Expect(visit.Find(".states [aria-current=true]")).ToHaveTextAsync("Enough");
        visit.Complaints.ShouldBeEmpty();
    }

    /// <summary>One visitor for all situations: to open a browser for each would take most of the time.</summary>
    public sealed class Phone(Chromium chromium, SharedDemoServer site) : IAsyncDisposable
    {
        private DemoVisit? _visit;

        internal async Task<DemoVisit> OpenAsync(string path)
        {
            if (_visit is null)
            {
                return _visit = await DemoVisit.OpenAsync(chromium, site, path, 320, 640);
            }

            await _visit.LoadAsync(path);
            return _visit;
        }

        public ValueTask DisposeAsync() => _visit?.DisposeAsync() ?? default;
    }
}
