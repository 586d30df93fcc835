using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace AiCredits.DemoSite.Pages;

public sealed partial class PurchaseTests(Chromium chromium, SharedDemoServer site)
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

    [Fact]
    public async Task A_plan_is_subscribed_to_changed_refunded_and_ended()
    {
        await using var visit = await DemoVisit.OpenAsync(chromium, site, Packs, 360, 740);
        await visit.Find("[data-plan=basic] button").ClickAsync();
        await visit.ExpectVisibleAsync("#account-dialog");
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.SignUpAsync();
        await visit.ExpectBalanceAsync(50);

        await visit.Find("[data-plan=basic] button").ClickAsync();
        await visit.ExpectTextAsync(".price", "7.99 USD each month");
        (await Axe.FindAsync(visit.Page, all: true)).ShouldBeEmpty();
        await visit.Find("[value=Subscribe]").ClickAsync();
        await visit.ExpectTextAsync("#purchase-title", "You are subscribed");
        await visit.ExpectBalanceAsync(110);
        await visit.ExpectTextAsync("[data-plan=basic] button", "Your plan");
        await Assertions.Expect(visit.Find("#purchases li[data-status=delivered]")).ToContainTextAsync("Basic $7.99");
        (await Axe.FindAsync(visit.Page, all: true)).ShouldBeEmpty();
        (await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue();
        await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(AppContext.BaseDirectory, "screenshots", "plans.png"), FullPage = true });

        // More at once, for the whole month that has just begun; less with the next one.
        await visit.Find("[data-plan=pro] button").ClickAsync();
        await visit.ExpectTextAsync("[data-plan=pro] button", "Your plan");
        await Assertions.Expect(visit.Find("#balance .amount")).ToHaveTextAsync(MoreThanBefore());
        await visit.Find("[data-plan=basic] button").ClickAsync();
        await Assertions.Expect(visit.Find("#plan-state")).ToContainTextAsync("then Basic");
        await visit.Find("[data-plan=pro] button").ClickAsync();
        await Assertions.Expect(visit.Find("#plan-state")).ToContainTextAsync("paid until");

        await visit.Find("#plan-end").ClickAsync();
        await Assertions.Expect(visit.Find("#plan-state")).ToContainTextAsync("ends on");
        await visit.ExpectTextAsync("#plan-end", "Let it go on");
        await visit.Find("#plan-end").ClickAsync();
        await visit.ExpectTextAsync("#plan-end", "Let it end");

        // In the portal the money is given back, and the credits go with it.
        await visit.Find("#portal").ClickAsync();
        await visit.Find("li a:has-text(\"Pro\")").First.ClickAsync();
        await visit.Find("li a:has-text(\"7.99 USD\")").ClickAsync();
        (await Axe.FindAsync(visit.Page, all: true)).ShouldBeEmpty();
        await visit.Find("[value=RefundAll]").ClickAsync();
        await visit.ExpectTextAsync("#state", "Paid, and refunded in part or whole.");
        await visit.Find("#back").ClickAsync();
        await Assertions.Expect(visit.Find("#purchases li[data-status=refunded]")).ToContainTextAsync("Basic");
        await Assertions.Expect(visit.Find("#balance .amount")).ToHaveTextAsync(LessBySixty());
        visit.Complaints.ShouldBeEmpty();
    }

    // 50 and 60 there are; a moment less than 140 come with a higher plan for the rest of the month.
    [GeneratedRegex("^(249\\.9|250)")]
    private static partial Regex MoreThanBefore();

    [GeneratedRegex("^(189\\.9|190)")]
    private static partial Regex LessBySixty();
}
