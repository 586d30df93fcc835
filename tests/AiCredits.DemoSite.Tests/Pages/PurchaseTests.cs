using Microsoft.Playwright;

namespace AiCredits.DemoSite.Pages;

public sealed class PurchaseTests(Chromium chromium, SharedDemoServer site)
{
    private const string Packs = "/credits-demo/packs";

    [Fact]
    public async Task A_pack_is_declined_then_bought_and_the_balance_grows()
    {
        await using var visit = await DemoVisit.OpenAsync(chromium, site, Packs, 360, 740);
        await visit.SignUpAsync();
        await visit.ExpectBalanceAsync(50);

        await visit.Find("[data-pack=creator] button").ClickAsync();
        await visit.ExpectTextAsync(".banner", "This is a simulation. No money is taken and no card is needed.");
        await visit.ExpectTextAsync(".price", "14.99 USD");
        (await Axe.FindAsync(visit.Page, all: true)).ShouldBeEmpty();
        (await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue();

        await visit.Find("[value=Decline]").ClickAsync();
        await visit.ExpectTextAsync("#state", "The simulated card was declined. Nothing was paid.");
        await visit.Find("[value=Close]").ClickAsync();
        await visit.ExpectTextAsync("#purchase-title", "Nothing was bought");
        await visit.ExpectBalanceAsync(50);

        await visit.Find("[data-pack=creator] button").ClickAsync();
        await visit.Find("[name=lose]").CheckAsync();
        await visit.Find("[value=Pay]").ClickAsync();

        await visit.ExpectTextAsync("#purchase-title", "110 credits bought");
        await visit.ExpectBalanceAsync(160);
        await Assertions.Expect(visit.Find("#purchases li[data-status=delivered]")).ToHaveCountAsync(1);

        // What was bought is found again in the portal, and can be given back from there.
        await visit.Find("#portal").ClickAsync();
        await visit.ExpectTextAsync("h1", "Your plans and purchases");
        (await Axe.FindAsync(visit.Page, all: true)).ShouldBeEmpty();
        (await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue();
        await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(AppContext.BaseDirectory, "screenshots", "portal.png"), FullPage = true });
        await visit.Find("li a:has-text(\"110 credits\")").First.ClickAsync();
        await visit.Find("[value=RefundAll]").ClickAsync();
        await visit.ExpectTextAsync("#state", "Paid, and refunded in part or whole.");
        await visit.Find("#back").ClickAsync();
        await visit.ExpectBalanceAsync(50);
        visit.Complaints.ShouldBeEmpty();
    }
}
