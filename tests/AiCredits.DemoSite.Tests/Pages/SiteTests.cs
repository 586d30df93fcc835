using Microsoft.Playwright;

namespace AiCredits.DemoSite.Pages;

/// <summary>What holds for every page of the demo.</summary>
public sealed class SiteTests(Chromium chromium, SharedDemoServer site)
{
    public static TheoryData<string> Paths() => [.. DemoPages.All.Select(page => page.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_page_is_in_order_for_guests_and_users(string path)
    {
        await using var visit = await DemoVisit.OpenAsync(chromium, site, path, 320, 640);
        await visit.ShouldBeInOrderAsync("guest");
        await KeepPictureAsync(visit, path, "phone-light");

        using var user = site.NewVisitor();
        await user.SignUpAsync();
        await using var signedIn = await DemoVisit.OpenAsync(chromium, site, path, visitor: user);
        await signedIn.ExpectTextAsync("#account-email", user.Email);
        await signedIn.ShouldBeInOrderAsync("user");
        await signedIn.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await signedIn.Page.EvaluateAsync("document.documentElement.dir = 'rtl'");
        await KeepPictureAsync(signedIn, path, "desk-dark-rtl");
        visit.Complaints.ShouldBeEmpty();
        signedIn.Complaints.ShouldBeEmpty();
        visit.Refused.ShouldBeEmpty();
        signedIn.Refused.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task At_200_percent_a_page_fits_and_its_first_credits_are_in_the_page(string path)
    {
        // A window of 1280 by 800 at 200 % has half as many pixels, each twice as large.
        var requests = new List<string>();
        var page = await chromium.NewPageAsync(new() { ViewportSize = new() { Width = 640, Height = 400 }, DeviceScaleFactor = 2 });
        page.Request += (_, request) => requests.Add(new Uri(request.Url).AbsolutePath);
        await page.GotoAsync(new Uri(site.Address, path).ToString());
        await page.Locator("html[data-ready=true]").WaitForAsync();

        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(640);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeInViewportAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" }).GetByRole(AriaRole.Link).Last).ToBeInViewportAsync();
        requests.ShouldNotContain("/api/credits");
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData("", "and no money moves.")]
    [InlineData("sk_test_1234567890abcdef", "and payments go through Stripe, for real unless its keys are test keys.")]
    public async Task The_foot_of_a_page_says_whether_money_moves(string key, string said)
    {
        await using var shop = new DemoServer(("AiCredits:Stripe:SecretKey", key), ("AiCredits:Stripe:WebhookSecrets:0", key.Length > 0 ? "whsec_1234567890abcdef1234567890abcdef" : ""));
        using var visitor = shop.NewVisitor();

        (await visitor.GetAsync(DemoPages.Start)).Text.ShouldContain(said);
        (await visitor.GetAsync("/credits-demo/packs")).Status.ShouldBe(System.Net.HttpStatusCode.OK);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Nothing_jumps_while_a_page_loads(string path)
    {
        await using var visit = await DemoVisit.OpenAsync(chromium, site, path, 360, 740);

        (await visit.ShiftsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_navigation_leads_to_every_page_with_the_keyboard_alone()
    {
        await using var visit = await DemoVisit.OpenAsync(chromium, site, "/credits-demo");
        foreach (var page in DemoPages.All.Skip(1))
        {
            await visit.Find($"nav[aria-label=Pages] a[href='{page.Path}']").FocusAsync();
            await visit.Page.Keyboard.PressAsync("Enter");
            await visit.ExpectAddressAsync(page.Path);
            await Assertions.Expect(visit.Find("nav[aria-label=Pages] [aria-current=page]")).ToHaveTextAsync(page.Title);
        }

        // The first stop of each page leads past the navigation.
        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visit.Find("#main")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_start_page_knows_how_far_the_visitor_has_come()
    {
        await using var visit = await DemoVisit.OpenAsync(chromium, site, "/credits-demo");
        await ExpectStepAsync("guest");
        await visit.SignUpAsync();
        await ExpectStepAsync("welcome");
        await visit.SpendDownAsync(leave: 20);
        await visit.LoadAsync(DemoPages.Start);
        await ExpectStepAsync("spend");
        await visit.SpendDownAsync(leave: 9);
        await visit.LoadAsync(DemoPages.Start);
        await ExpectStepAsync("low");
        await visit.SpendDownAsync(leave: 0);
        await visit.LoadAsync(DemoPages.Start);
        await ExpectStepAsync("empty");

        Task ExpectStepAsync(string step) => Assertions.Expect(visit.Find("#funnel [aria-current=step]")).ToHaveAttributeAsync("data-step", step);
    }

    [Fact]
    public async Task Colours_that_were_chosen_are_kept()
    {
        await using var visit = await DemoVisit.OpenAsync(chromium, site, "/credits-demo");

        await visit.Find("#theme").SelectOptionAsync("dark");
        await visit.LoadAsync();

        (await visit.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).colorScheme")).ShouldBe("dark");
        await Assertions.Expect(visit.Find("#theme")).ToHaveValueAsync("dark");
    }

    [Theory]
    [InlineData("<img/src=x>@example.com")]
    [InlineData("not an address")]
    [InlineData("")]
    public async Task A_hostile_or_missing_address_is_refused_as_text(string email)
    {
        await using var visit = await DemoVisit.OpenAsync(chromium, site, "/credits-demo");
        await visit.Find("#balance [part~=sign-up-button]").ClickAsync();
        await visit.Find("#email").FillAsync(email);
        await visit.Find("#password").FillAsync(Visitor.Password);

        await visit.Find("#account-submit").ClickAsync();

        await visit.ExpectVisibleAsync("#account-error");
        await Assertions.Expect(visit.Find("#email")).ToBeFocusedAsync();
        (await visit.Find("img[src=x]").CountAsync()).ShouldBe(0);
        visit.Complaints.ShouldBeEmpty();
    }

    /// <summary>Pictures of the pages for those who want to look at them.</summary>
    private static Task<byte[]> KeepPictureAsync(DemoVisit visit, string path, string look) =>
        visit.Page.ScreenshotAsync(new() { FullPage = true, Path = Path.Combine(AppContext.BaseDirectory, "screenshots", $"{path.Split('/')[^1]}-{look}.png") });
}
