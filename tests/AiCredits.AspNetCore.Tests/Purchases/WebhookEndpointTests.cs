using AiCredits.AspNetCore.Simulation;
using AiCredits.Conformance.Purchases;
using AiCredits.Payments;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Purchases;

public sealed class WebhookEndpointTests
{
    private const string Path = "/api/credits/webhooks/simulated";

    [Fact]
    public async Task A_signed_webhook_delivers_and_a_repeated_one_changes_nothing()
    {
        await using var shop = await Shop.OpenAsync();
        var provider = ProviderOf(shop);
        var (id, page) = await shop.BuyAsync();
        var webhook = provider.ToWebhook(provider.Act(page.Split('/')[^1], SimulatedAct.Pay).ShouldNotBeNull());

        for (var delivery = 0; delivery < 3; delivery++)
        {
            (await SendAsync(shop, webhook)).ShouldBe(200);
        }

        (await shop.StatusAsync(id)).ShouldBe("delivered");
        (await shop.BalanceAsync()).ShouldBe(160);
    }

    [Fact]
    public async Task What_can_never_be_right_is_refused()
    {
        await using var shop = await Shop.OpenAsync();
        var provider = ProviderOf(shop);
        var (id, page) = await shop.BuyAsync();
        var webhook = provider.ToWebhook(provider.Act(page.Split('/')[^1], SimulatedAct.Pay).ShouldNotBeNull());
        var signature = webhook.Header(SimulatedPaymentProvider.SignatureHeader)!;
        var changed = webhook.Body.ToArray();
        changed[^2] ^= 1;

        (await SendAsync(shop, webhook with { Header = _ => null })).ShouldBe(400);
        (await SendAsync(shop, webhook with { Header = _ => "nonsense" })).ShouldBe(400);
        (await SendAsync(shop, webhook with { Header = _ => "1." + signature.Split('.')[1] })).ShouldBe(400);
        (await SendAsync(shop, webhook with { Body = changed })).ShouldBe(400);
        (await SendAsync(shop, webhook with { Body = webhook.Body[..^1] })).ShouldBe(400);
        (await SendAsync(shop, webhook with { Body = default })).ShouldBe(400);
        (await SendAsync(shop, webhook with { Body = new byte[256 * 1024 + 1] })).ShouldBe(413);
        (await SendAsync(shop, webhook, "/api/credits/webhooks/stripe")).ShouldBe(404);
        (await shop.BalanceAsync()).ShouldBe(50);

        // From here on the sweep may have found the payment by itself.
        shop.App.Clock.Advance(TimeSpan.FromMinutes(6));
        (await SendAsync(shop, webhook)).ShouldBe(400);
        (await shop.StatusAsync(id)).ShouldBe("delivered");
    }

    [Fact]
    public async Task An_event_about_another_product_is_none_of_ours()
    {
        await using var shop = await Shop.OpenAsync();

        (await SendAsync(shop, ProviderOf(shop).ToWebhook(new PaymentEvent("evt_1", "checkout.paid", "sim_cs_elsewhere", DateTime.UnixEpoch)))).ShouldBe(200);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_can_t_be_dealt_with_now_must_be_sent_again(bool providerIsDown)
    {
        var payments = new Unreachable();
        await using var shop = await Shop.OpenAsync(services: services =>
        {
            services.AddSingleton<IPaymentProvider>(payments);
            BreakableStore.Use(services);
        });
        var (id, _) = await shop.BuyAsync();
        payments.Inner[ScriptedPayments.CheckoutOf(id)] = payments.Inner[ScriptedPayments.CheckoutOf(id)] with { Status = PaymentStatus.Paid };
        payments.Event = new PaymentEvent("evt_1", "paid", ScriptedPayments.CheckoutOf(id), DateTime.UnixEpoch);
        payments.Inner.Outage = providerIsDown ? new PaymentProviderException("down") { IsTransient = true } : null;
        shop.App.Services.GetRequiredService<BreakableStore>().IsBroken = !providerIsDown;

        (await SendAsync(shop, new WebhookRequest(new byte[] { 1 }, _ => null), "/api/credits/webhooks/unreachable")).ShouldBe(503);
    }

    private static SimulatedPaymentProvider ProviderOf(Shop shop) => (SimulatedPaymentProvider)shop.App.Services.GetRequiredService<IPaymentProvider>();

    private static async Task<int> SendAsync(Shop shop, WebhookRequest webhook, string path = Path)
    {
        var context = await shop.App.InvokeAsync(path, request =>
        {
            request.ContentType = "application/json";
            request.Body = new MemoryStream(webhook.Body.ToArray());
            if (webhook.Header(SimulatedPaymentProvider.SignatureHeader) is { } signature)
            {
                request.Headers[SimulatedPaymentProvider.SignatureHeader] = signature;
            }
        });
        return context.Response.StatusCode;
    }

    /// <summary>Takes every webhook for one about <see cref="Event"/>.</summary>
    private sealed class Unreachable : IPaymentProvider
    {
        public ScriptedPayments Inner { get; } = new() { Name = "unreachable" };

        public PaymentEvent? Event { get; set; }

        public string Name => Inner.Name;

        public Task<CheckoutSession> CreateCheckoutAsync(CheckoutRequest request, CancellationToken cancellationToken = default) => Inner.CreateCheckoutAsync(request, cancellationToken);

        public WebhookResult ReadWebhook(WebhookRequest request) => new WebhookResult.Accepted(Event!);

        public Task<Payment?> FindPaymentAsync(string id, CancellationToken cancellationToken = default) => Inner.FindPaymentAsync(id, cancellationToken);

        public Task RefundAsync(RefundRequest request, CancellationToken cancellationToken = default) => Inner.RefundAsync(request, cancellationToken);

        public Task<Uri?> CreatePortalAsync(string customerId, Uri returnUrl, CancellationToken cancellationToken = default) => Inner.CreatePortalAsync(customerId, returnUrl, cancellationToken);
    }
}
