using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace AiCredits.DemoSite.Dashboard;

/// <summary>The pages of the dashboard about money, in a browser.</summary>
public sealed class PurchasePagesTests(Chromium chromium)
{
    [Theory]
    [InlineData(1360, ColorScheme.Light)]
    [InlineData(320, ColorScheme.Dark)]
    public async Task A_purchase_is_looked_up_and_refunded_a_pack_repriced_and_the_ledger_proved(int width, ColorScheme scheme)
    {
        await using var site = new ShopServer();
        var page = await chromium.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        var complaints = new List<string>();
        page.PageError += (_, error) => complaints.Add(error);
        await SignInAndBuyAsync(page, site.Address);

        await GoToAsync("#/purchases", "Purchases");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Show older ones" })).ToHaveCountAsync(0);
        await DashboardPage.ShouldBeInOrderAsync(page, $"purchases-{width}");
        await page.GetByRole(AriaRole.Region, new() { Name = "Purchases" }).GetByRole(AriaRole.Link).First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Starter delivered");
        await page.GetByRole(AriaRole.Button, new() { Name = "Refund", Exact = true }).ClickAsync();
        await DashboardPage.ShouldBeInOrderAsync(page, $"refund-{width}");
        await page.GetByLabel("Money").FillAsync("2.49");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Reason" }).FillAsync("unhappy <b>buyer</b>");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Refund", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#status")).ToContainTextAsync("2.49 go back");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Starter partly refunded");
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "What it did to the account" })).ToContainTextAsync("Refund: Starter (unhappy <b>buyer</b>)");
        await DashboardPage.ShouldBeInOrderAsync(page, $"purchase-{width}");

        await GoToAsync("#/catalog", "Packs and prices");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reprice Starter" }).ClickAsync();
        await page.GetByRole(AriaRole.Spinbutton, new() { Name = "Price", Exact = true }).FillAsync("5.49");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Reason" }).FillAsync("fees");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Edit packs" })).ToContainTextAsync("5.49");
        await DashboardPage.ShouldBeInOrderAsync(page, $"packs-{width}");

        await GoToAsync("#/integrity", "Integrity");
        await page.GetByRole(AriaRole.Button, new() { Name = "Prove all accounts" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Every account adds up")).ToBeVisibleAsync();
        await DashboardPage.ShouldBeInOrderAsync(page, $"integrity-{width}");

        await GoToAsync("#/", "Overview");
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Money" })).ToContainTextAsync("4.99");
        await DashboardPage.ShouldBeInOrderAsync(page, $"money-{width}");
        complaints.ShouldBeEmpty();
        await page.Context.DisposeAsync();

        async Task GoToAsync(string hash, string heading)
        {
            await page.GotoAsync(new Uri(site.Address, $"/credits-admin{hash}").ToString());
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(heading);
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        }
    }

    private static async Task SignInAndBuyAsync(IPage page, Uri address)
    {
        var api = page.Context.APIRequest;
        (await api.PostAsync(new Uri(address, "/account/login?useSessionCookies=true").ToString(), new() { DataObject = new { email = "admin@example.com", password = "only for the demo" } })).Status.ShouldBe(200);
        var checkout = await api.PostAsync(new Uri(address, "/api/credits/checkout").ToString(), new() { DataObject = new { packId = "starter" } });
        checkout.Status.ShouldBe(200);
        var opened = (await checkout.JsonAsync()).ShouldNotBeNull();
        await page.GotoAsync(opened.GetProperty("url").GetString()!);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pay 4.99" }).ClickAsync();

        // The page that buyers come back to takes the outcome out of its address, so that says nothing.
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/credits-demo"));
        var bought = await api.GetAsync(new Uri(address, $"/api/credits/purchases/{opened.GetProperty("purchaseId").GetString()}").ToString());
        (await bought.JsonAsync()).ShouldNotBeNull().GetProperty("status").GetString().ShouldBe("delivered");
    }

    /// <summary>The demo site with packs that can be edited.</summary>
    private sealed class ShopServer : DemoServer
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureTestServices(services => services.AddAiCredits().UseStoredPacks());
        }
    }
}
