using System.Net;
using Microsoft.Playwright;

namespace AiCredits.DemoSite.Dashboard;

public sealed class DashboardTests(Chromium chromium, SharedDemoServer shared)
{
    private const string Email = "admin@example.com";
    private const string Password = "only for the demo";

    [Fact]
    public async Task Only_the_admin_gets_in()
    {
        using var guest = shared.NewVisitor();
        using var user = shared.NewVisitor();
        using var admin = shared.NewVisitor();
        await user.SignUpAsync();
        (await admin.PostAsync("/account/login?useCookies=true", new { email = Email, password = Password })).Status.ShouldBe(HttpStatusCode.OK);

        foreach (var path in new[] { "/credits-admin", "/credits-admin/assets/app.js", "/credits-admin/api/accounts", "/api/credits/analytics" })
        {
            (await guest.GetAsync(path)).Status.ShouldBe(HttpStatusCode.Unauthorized, path);
            (await user.GetAsync(path)).Status.ShouldBe(HttpStatusCode.Forbidden, path);
            (await admin.GetAsync(path)).Status.ShouldBe(HttpStatusCode.OK, path);
        }

        (await admin.GetAsync("/credits-admin")).Header("Content-Security-Policy").ShouldNotBeNull().ShouldNotContain("unsafe");
        (await admin.GetAsync("/credits-admin/assets/index.html")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Every_page_is_accessible_and_fits_and_an_act_stands_in_the_history()
    {
        await using var site = new DashboardServer();
        await site.UseAsync();
        foreach (var (look, width, scheme) in new[] { ("desktop-light", 1360, ColorScheme.Light), ("desktop-dark", 1360, ColorScheme.Dark), ("phone-light", 390, ColorScheme.Light), ("phone-dark", 320, ColorScheme.Dark) })
        {
            var page = await chromium.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
            var complaints = new List<string>();
            page.PageError += (_, error) => complaints.Add(error);
            page.Console += (_, message) =>
            {
                if (message.Type is "error" or "warning")
                {
                    complaints.Add(message.Text);
                }
            };
            (await page.Context.APIRequest.PostAsync(new Uri(site.Address, "/account/login?useSessionCookies=true").ToString(), new() { DataObject = new { email = Email, password = Password } })).Status.ShouldBe(200);
            var hostile = $"#/accounts/{Uri.EscapeDataString(DashboardServer.HostileAccount)}";

            await page.GotoAsync(new Uri(site.Address, "/credits-admin").ToString());
            foreach (var (name, hash, heading) in new[] { ("overview", "#/", "Overview"), ("accounts", "#/accounts", "Accounts"), ("account", hostile, DashboardServer.HostileAccount), ("holds", "#/holds", "Open holds"), ("catalog", "#/catalog", "Packs and prices") })
            {
                await page.EvaluateAsync("hash => location.hash = hash", hash);
                await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(heading);
                await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
                await DashboardPage.ShouldBeInOrderAsync(page, $"{name}-{look}");
            }

            if (width == 1360)
            {
                await page.EvaluateAsync("hash => location.hash = hash", hostile);
                await page.GetByRole(AriaRole.Button, new() { Name = "Grant credits" }).ClickAsync();
                await DashboardPage.ShouldBeInOrderAsync(page, $"grant-{look}");
                await page.GetByLabel("Credits", new() { Exact = true }).FillAsync("2.5");
                await page.GetByRole(AriaRole.Textbox, new() { Name = "Reason" }).FillAsync($"lost a <b>picture</b> {look}");
                await page.Keyboard.PressAsync("Tab");
                await page.GetByRole(AriaRole.Button, new() { Name = "Grant", Exact = true }).ClickAsync();

                await Assertions.Expect(page.Locator("#status")).ToContainTextAsync("2.5 credits granted");
                var row = page.GetByRole(AriaRole.Region, new() { Name = "History" }).GetByRole(AriaRole.Row).Filter(new() { HasText = $"lost a <b>picture</b> {look}" });
                await Assertions.Expect(row).ToContainTextAsync(Email);
                await Assertions.Expect(row).ToContainTextAsync("+2.5");

                await page.GetByRole(AriaRole.Button, new() { Name = "Prove this account" }).ClickAsync();
                await Assertions.Expect(page.GetByText("It adds up")).ToBeVisibleAsync();
                await page.GetByRole(AriaRole.Region, new() { Name = "Generations" }).GetByRole(AriaRole.Link).First.ClickAsync();
                await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Entries about it" })).ToBeVisibleAsync();
                await DashboardPage.ShouldBeInOrderAsync(page, $"receipt-{look}");
            }

            // Nothing that an account, a prompt or a reason says has run.
            (await page.TitleAsync()).ShouldNotBe("owned");
            (await page.Locator("main img, main script, main svg, main b[onmouseover]").CountAsync()).ShouldBe(0);
            complaints.ShouldBeEmpty();
            await page.Context.DisposeAsync();
        }
    }
}
