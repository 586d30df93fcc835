using System.Net;
using System.Text.RegularExpressions;
using AiCredits.Events;
using AiCredits.Integrity;
using AiCredits.Payments;
using AiCredits.Purchases;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Purchases;

/// <summary>The whole of a purchase over HTTP, through the simulated provider.</summary>
public sealed partial class SimulatedPurchaseTests
{
    [Fact]
    public async Task Paying_brings_the_credits()
    {
        await using var shop = await Shop.OpenAsync();
        var (id, page) = await shop.BuyAsync();
        (await shop.StatusAsync(id)).ShouldBe("pending");
        (await shop.BalanceAsync()).ShouldBe(50);

        using var declined = await shop.PressAsync(page, "Decline");
        (await declined.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("declined");
        using var closed = await shop.PressAsync(page, "Close");
        closed.Headers.Location.ShouldBe(new Uri($"http://localhost/?purchase={id}&checkout=cancelled"));
        (await shop.StatusAsync(id)).ShouldBe("pending");

        using var paid = await shop.PressAsync(page, "Pay");

        paid.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        paid.Headers.Location.ShouldBe(new Uri($"http://localhost/?purchase={id}&checkout=success"));
        (await shop.BalanceAsync()).ShouldBe(160);
        var purchase = await shop.PurchaseAsync(id);
        purchase.GetProperty("status").GetString().ShouldBe("delivered");
        purchase.GetProperty("credits").GetDecimal().ShouldBe(110);
        purchase.GetProperty("bonusCredits").GetDecimal().ShouldBe(10);
        purchase.GetProperty("total").GetDecimal().ShouldBe(14.99m);
        purchase.GetProperty("provider").GetString().ShouldBe("simulated");
        var list = (await shop.App.JsonAsync("/api/credits/purchases", "alice")).GetProperty("items");
        list.EnumerateArray().ShouldHaveSingleItem().GetProperty("id").GetGuid().ShouldBe(id);
        (await shop.App.JsonAsync("/api/credits/purchases", "bob")).GetProperty("items").GetArrayLength().ShouldBe(0);
        var history = (await shop.App.JsonAsync("/api/credits/transactions", "alice")).GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("description").GetString()).ToArray();
        history.ShouldContain("Purchase: Creator");
        history.ShouldContain("Bonus: Creator");
    }

    [Fact]
    public async Task A_lost_webhook_is_made_up_for_on_return()
    {
        await using var shop = await Shop.OpenAsync();
        var (id, page) = await shop.BuyAsync();

        using var paid = await shop.PressAsync(page, "Pay", loseWebhook: true);
        (await shop.BalanceAsync()).ShouldBe(50);

        (await shop.StatusAsync(id)).ShouldBe("delivered");
        (await shop.BalanceAsync()).ShouldBe(160);
    }

    [Fact]
    public async Task A_buyer_who_never_returns_gets_the_credits_by_reconciliation()
    {
        await using var shop = await Shop.OpenAsync();
        var (_, page) = await shop.BuyAsync();
        using var paid = await shop.PressAsync(page, "Pay", loseWebhook: true);
        shop.App.Clock.Advance(TimeSpan.FromMinutes(3));

        await shop.App.Services.GetRequiredService<PurchaseDesk>().ReconcileAsync(10, TestContext.Current.CancellationToken);

        (await shop.BalanceAsync()).ShouldBe(160);
    }

    [Theory]
    [InlineData("Arrive", "delivered", 160)]
    [InlineData("Bounce", "failed", 50)]
    public async Task Delayed_money_delivers_when_it_is_there(string end, string status, decimal balance)
    {
        await using var shop = await Shop.OpenAsync();
        var (id, page) = await shop.BuyAsync();
        using var later = await shop.PressAsync(page, "PayLater");
        (await shop.StatusAsync(id)).ShouldBe("pending");
        (await shop.BalanceAsync()).ShouldBe(50);

        using var ended = await shop.PressAsync(page, end);

        (await shop.StatusAsync(id)).ShouldBe(status);
        (await shop.BalanceAsync()).ShouldBe(balance);
    }

    [Fact]
    public async Task Refunds_and_disputes_move_the_credits_there_and_back()
    {
        await using var shop = await Shop.OpenAsync();
        var (id, page) = await shop.BuyAsync("pro");
        using var paid = await shop.PressAsync(page, "Pay");
        (await shop.BalanceAsync()).ShouldBe(350);

        using var disputed = await shop.PressAsync(page, "Dispute");
        (await shop.StatusAsync(id)).ShouldBe("disputed");
        (await shop.BalanceAsync()).ShouldBe(50);
        using var won = await shop.PressAsync(page, "WinDispute");
        (await shop.StatusAsync(id)).ShouldBe("delivered");
        (await shop.BalanceAsync()).ShouldBe(350);

        using var half = await shop.PressAsync(page, "RefundHalf");
        (await shop.StatusAsync(id)).ShouldBe("partlyRefunded");
        // ceil(300 * 15.00 / 29.99) to the millionth.
        (await shop.BalanceAsync()).ShouldBe(350 - 150.050017m);
        using var again = await shop.PressAsync(page, "Dispute");
        using var lost = await shop.PressAsync(page, "LoseDispute");
        (await shop.StatusAsync(id)).ShouldBe("refunded");
        (await shop.BalanceAsync()).ShouldBe(50);

        var report = await shop.App.Services.GetRequiredService<IntegrityCheck>().RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        report.Faults.ShouldBeEmpty();
        using var over = await shop.App.GetAsync(page);
        (await over.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldNotContain("<button");
    }

    [Fact]
    public async Task An_admin_s_refund_is_made_once_and_the_credits_follow()
    {
        await using var shop = await Shop.OpenAsync();
        var (id, page) = await shop.BuyAsync("starter");
        using var paid = await shop.PressAsync(page, "Pay");
        var desk = shop.App.Services.GetRequiredService<PurchaseDesk>();
        var order = new RefundOrder(id, "ticket-1") { Amount = 4, Actor = "support", Reason = "asked for" };

        (await desk.RefundAsync(order, TestContext.Current.CancellationToken)).ShouldBeOfType<RefundOrderResult.Done>().Purchase.Status.ShouldBe(PurchaseStatus.PartlyRefunded);
        (await desk.RefundAsync(order with { Key = "ticket-2" }, TestContext.Current.CancellationToken)).ShouldBe(new RefundOrderResult.TooMuch(0.99m));
        (await desk.RefundAsync(order with { Key = "ticket-3", Amount = null }, TestContext.Current.CancellationToken)).ShouldBeOfType<RefundOrderResult.Done>().Purchase.Status.ShouldBe(PurchaseStatus.Refunded);
        (await desk.RefundAsync(new RefundOrder(Guid.NewGuid(), "ticket-4"), TestContext.Current.CancellationToken)).ShouldBeOfType<RefundOrderResult.NotFound>();
        await Should.ThrowAsync<ArgumentException>(async () => await desk.RefundAsync(order with { Amount = -1 }, TestContext.Current.CancellationToken));

        (await shop.BalanceAsync()).ShouldBe(50);
    }

    [Fact]
    public async Task The_page_is_marked_as_a_simulation_and_keeps_a_strict_policy()
    {
        const string Hostile = "<script>alert(1)</script>";
        await using var shop = await Shop.OpenAsync(options => options.Packs["creator"].Name = Hostile);
        var (_, page) = await shop.BuyAsync();

        using var response = await shop.App.GetAsync(page);
        var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        html.ShouldContain("This is a simulation. No money is taken");
        html.ShouldContain("14.99 USD");
        html.ShouldNotContain(Hostile);
        Inline().IsMatch(html).ShouldBeFalse();
        response.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldStartWith("default-src 'none'");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        using var style = await shop.App.GetAsync(page[..(page.LastIndexOf('/') + 1)] + "page.css");
        style.Content.Headers.ContentType!.MediaType.ShouldBe("text/css");
        using var gone = await shop.App.GetAsync(page + "0");
        gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("seal", "0")]
    [InlineData("act", "WinDispute")]
    [InlineData("act", "Nonsense")]
    [InlineData("act", "99")]
    public async Task A_form_that_the_page_did_not_make_does_nothing(string field, string value)
    {
        await using var shop = await Shop.OpenAsync();
        var (id, page) = await shop.BuyAsync();
        var html = await shop.App.Client.GetStringAsync(new Uri(page, UriKind.Relative), TestContext.Current.CancellationToken);
        var fields = new Dictionary<string, string> { ["seal"] = Seal().Match(html).Groups[1].Value, ["act"] = "Pay", [field] = value };

        using var response = await shop.PostAsync(page, new FormUrlEncodedContent(fields), null);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await shop.StatusAsync(id)).ShouldBe("pending");
    }

    [Fact]
    public async Task The_policy_may_refuse_buyers_and_freeze_who_disputes()
    {
        await using var shop = await Shop.OpenAsync(services: services => services.AddAiCredits().UsePurchasePolicy<Strict>());
        using var refused = await shop.PostAsync("/api/credits/checkout", new { packId = "creator" }, "mallory");
        (await TestApp.ReadAsync(refused, 403)).GetProperty("detail").GetString().ShouldBe("Not you.");
        var (_, page) = await shop.BuyAsync();
        using var paid = await shop.PressAsync(page, "Pay");
        using var disputed = await shop.PressAsync(page, "Dispute");

        var outbox = shop.App.Services.GetRequiredService<IEventOutbox>();
        for (var delivery = 0; delivery < 2; delivery++)
        {
            foreach (var waiting in await outbox.LeaseAsync(100, TimeSpan.Zero, TestContext.Current.CancellationToken))
            {
                foreach (var listener in shop.App.Services.GetServices<ICreditEventListener>())
                {
                    await listener.HandleAsync(waiting.Event, TestContext.Current.CancellationToken);
                }
            }
        }

        (await shop.App.Store.GetAccountAsync(new AccountId("alice"), TestContext.Current.CancellationToken)).State.Frozen.ShouldBeTrue();
    }

    [Theory]
    [InlineData("Production", "none")]
    [InlineData("Staging", "none")]
    [InlineData("Development", "simulated")]
    public async Task Without_a_provider_only_a_developer_can_buy(string environment, string provider)
    {
        await using var app = await TestApp.StartAsync(environment: environment);

        app.Services.GetRequiredService<IPaymentProvider>().Name.ShouldBe(provider);
        await using var shop = new Shop(app);
        using var response = await shop.PostAsync("/api/credits/checkout", new { packId = "creator" });
        ((int)response.StatusCode).ShouldBe(provider == "none" ? 502 : 200);
        (await app.JsonAsync("/api/credits/purchases", "alice")).GetProperty("items").GetArrayLength().ShouldBe(provider == "none" ? 0 : 1);
    }

    [Fact]
    public async Task The_simulation_does_not_start_in_Production()
    {
        var exception = await Should.ThrowAsync<InvalidOperationException>(() => TestApp.StartAsync(services: services => services.AddAiCredits().UseSimulatedPayments(), environment: "Production"));

        exception.Message.ShouldStartWith("AIC1410");
        await using var staging = await TestApp.StartAsync(services: services => services.AddAiCredits().UseSimulatedPayments(), environment: "Staging");
        staging.Services.GetRequiredService<IPaymentProvider>().Name.ShouldBe("simulated");
    }

    [GeneratedRegex(@"<script|<style|\sstyle=|\son\w+=|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex("name=\"seal\" value=\"([0-9a-f]{64})\"")]
    private static partial Regex Seal();

    private sealed class Strict : IPurchasePolicy
    {
        public ValueTask<string?> RefusalAsync(AccountId account, CancellationToken cancellationToken = default) => new(account.Value == "mallory" ? "Not you." : null);

        public ValueTask<bool> ShouldFreezeAsync(Purchase purchase, CancellationToken cancellationToken = default) => new(purchase.Status == PurchaseStatus.Disputed);
    }
}
