using AiCredits.Events;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Payments;
using AiCredits.Purchases;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.Stripe.Payments;

/// <summary>The whole life of purchases through the real Stripe client, against a Stripe that remembers.</summary>
public sealed class StripePurchaseTests
{
    private static readonly AccountId Alice = new("alice");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_checkout_to_a_lost_dispute()
    {
        await using var visit = await Visit.StartAsync();
        var purchase = await visit.BuyAsync("pro");
        var sold = visit.Shop[purchase.CheckoutId!];
        (sold.Amount, sold.Currency, sold.Reference).ShouldBe((2999, "usd", purchase.Id.ToString()));

        // Events that arrive before the money, for nothing, or from before the upgrade of the endpoint's API version.
        await visit.TellAsync("checkout.session.completed", purchase);
        (await visit.BalanceAsync()).ShouldBe(0);
        sold.Pay(later: true);
        await visit.TellAsync("checkout.session.completed", purchase);
        (await visit.BalanceAsync()).ShouldBe(0);
        sold.Pay();
        await visit.TellAsync("checkout.session.async_payment_succeeded", purchase);
        await visit.TellAsync("checkout.session.async_payment_succeeded", purchase);
        (await visit.BalanceAsync()).ShouldBe(300);

        // A refund in Stripe's dashboard.
        sold.Refunded = 1500;
        await visit.TellAboutPaymentAsync("charge.refunded", sold);
        (await visit.BalanceAsync()).ShouldBe(300 - 150.050017m);

        sold.Dispute = "needs_response";
        await visit.TellAboutPaymentAsync("charge.dispute.created", sold);
        (await visit.BalanceAsync()).ShouldBe(0);
        sold.Dispute = "won";
        await visit.TellAboutPaymentAsync("charge.dispute.closed", sold);
        (await visit.BalanceAsync()).ShouldBe(300 - 150.050017m);
        sold.Dispute = "lost";
        await visit.TellAboutPaymentAsync("charge.dispute.closed", sold);

        (await visit.BalanceAsync()).ShouldBe(0);
        var over = (await visit.Purchases.FindAsync(purchase.Id, Cancel)).ShouldNotBeNull();
        (over.Status, over.Refunded, over.DisputesLost, over.CustomerId).ShouldBe((PurchaseStatus.Refunded, 15.00m, 14.99m, $"cus_{sold.Id}"));
        over.ReceiptUrl.ShouldBe(new Uri($"https://pay.stripe.com/receipts/{sold.Id}"));
        (await visit.EventsAsync()).ShouldBe(["purchase_completed", "purchase_refunded", "purchase_disputed", "purchase_dispute_closed", "purchase_dispute_closed"]);
        await visit.ProveAsync();
    }

    [Fact]
    public async Task A_customer_is_known_again_and_has_a_portal()
    {
        await using var visit = await Visit.StartAsync();
        (await visit.Desk.CreatePortalAsync(Alice, new Uri("https://shop.example/"), Cancel)).ShouldBeNull();
        var first = await visit.BuyAsync("starter");
        visit.Shop[first.CheckoutId!].Pay();
        await visit.Desk.ConfirmAsync(first.Id, Cancel);

        var second = await visit.BuyAsync("starter");

        visit.Shop[second.CheckoutId!].Customer.ShouldBe($"cus_{first.CheckoutId}");
        visit.Shop[second.CheckoutId!].CreatesCustomer.ShouldBeFalse();
        (await visit.Desk.CreatePortalAsync(Alice, new Uri("https://shop.example/account"), Cancel)).ShouldBe(new Uri("https://billing.stripe.com/p/session/1"));
        var portal = visit.Stripe.Requests.Last();
        portal.Form.ShouldBe(new Dictionary<string, string> { ["customer"] = $"cus_{first.CheckoutId}", ["return_url"] = "https://shop.example/account" }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_refund_whose_answer_is_lost_is_made_once()
    {
        await using var visit = await Visit.StartAsync();
        var purchase = await visit.BuyAsync("creator");
        var sold = visit.Shop[purchase.CheckoutId!];
        sold.Pay();
        await visit.Desk.ConfirmAsync(purchase.Id, Cancel);
        visit.Stripe.Requests.Clear();
        visit.Shop.TooMany = 1;

        var order = new RefundOrder(purchase.Id, "ticket-1") { Amount = 7.495m, Reason = "asked for" };
        await Should.ThrowAsync<ArgumentException>(async () => await visit.Desk.RefundAsync(order, Cancel));
        var done = (await visit.Desk.RefundAsync(order with { Amount = 7.49m }, Cancel)).ShouldBeOfType<RefundOrderResult.Done>();

        done.Purchase.Refunded.ShouldBe(7.49m);
        sold.Refunded.ShouldBe(749);
        var refund = visit.Stripe.Requests.Where(request => request.Path == "/v1/refunds").ShouldHaveSingleItem();
        refund.Form.ShouldBe(new Dictionary<string, string> { ["payment_intent"] = sold.Intent, ["amount"] = "749", ["metadata[reason]"] = "asked for" }, ignoreOrder: true);
        refund.Headers["Idempotency-Key"].ShouldMatch("^aicredits-refund-[0-9a-f]{64}$");

        // The client tries again by itself, under the same key.
        visit.Stripe.Answer = LoseFirst(visit.Stripe.Answer, "/v1/refunds");
        await visit.Desk.RefundAsync(order with { Key = "ticket-2", Amount = 1 }, Cancel);
        sold.Refunded.ShouldBe(849);
    }

    [Fact]
    public async Task Taxes_and_promotions_leave_the_credits_alone_and_a_refund_takes_its_share_of_all()
    {
        await using var visit = await Visit.StartAsync();
        visit.Shop.Extras = (500, 200);
        var purchase = await visit.BuyAsync("creator");
        var sold = visit.Shop[purchase.CheckoutId!];
        sold.Pay();

        var delivered = (await visit.Desk.ConfirmAsync(purchase.Id, Cancel)).ShouldNotBeNull();
        (delivered.Status, delivered.Price.Amount, delivered.Total!.Value.Amount).ShouldBe((PurchaseStatus.Delivered, 14.99m, 11.99m));
        sold.Refunded = 1199;
        await visit.Desk.ConfirmAsync(purchase.Id, Cancel);

        (await visit.BalanceAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Yen_have_no_cents()
    {
        await using var visit = await Visit.StartAsync(("AiCredits:Currency", "JPY"), ("AiCredits:Packs:starter:Price", "500"), ("AiCredits:Packs:creator:Enabled", "false"), ("AiCredits:Packs:pro:Enabled", "false"), ("AiCredits:Packs:enterprise:Enabled", "false"));
        var purchase = await visit.BuyAsync("starter");
        var sold = visit.Shop[purchase.CheckoutId!];
        (sold.Amount, sold.Currency).ShouldBe((500, "jpy"));
        sold.Pay();
        sold.Refunded = 100;

        var delivered = (await visit.Desk.ConfirmAsync(purchase.Id, Cancel)).ShouldNotBeNull();

        delivered.Total.ShouldBe(new Money(500, "JPY"));
        (await visit.BalanceAsync()).ShouldBe(20);
    }

    [Fact]
    public async Task A_checkout_whose_answer_is_lost_is_opened_once()
    {
        await using var visit = await Visit.StartAsync();
        visit.Shop.LostAnswers = 1;

        var purchase = await visit.BuyAsync("creator", "click");
        (await visit.BuyAsync("creator", "click")).ShouldBe(purchase);

        visit.Stripe.Requests.Where(request => request.Method == "POST").Select(request => request.Headers["Idempotency-Key"]).Distinct().ShouldHaveSingleItem();
        purchase.CheckoutId.ShouldBe("cs_test_1");
    }

    [Fact]
    public async Task Another_product_of_the_same_account_is_none_of_ours()
    {
        await using var visit = await Visit.StartAsync();
        var purchase = await visit.BuyAsync("creator");
        var elsewhere = new StripeShop.Sold("cs_test_elsewhere", 1499, "usd", "order-17");

        (await visit.TellAsync("checkout.session.completed", purchase with { CheckoutId = elsewhere.Id })).ShouldBeNull();
        (await visit.TellAboutPaymentAsync("charge.refunded", elsewhere)).ShouldBeNull();
    }

    private static Func<SeenRequest, int, Microsoft.AspNetCore.Http.HttpContext, Task> LoseFirst(Func<SeenRequest, int, Microsoft.AspNetCore.Http.HttpContext, Task> answer, string path)
    {
        var lost = false;
        return async (request, number, context) =>
        {
            if (request.Path == path && !lost)
            {
                lost = true;
                await using var nowhere = new MemoryStream();
                var body = context.Response.Body;
                context.Response.Body = nowhere;
                await answer(request, number, context);
                context.Response.Body = body;
                context.Abort();
                return;
            }

            await answer(request, number, context);
        };
    }

    private sealed class Visit : IAsyncDisposable
    {
        private readonly ServiceProvider services;

        private Visit(StripeStandIn stripe, ServiceProvider services)
        {
            Stripe = stripe;
            Shop = new StripeShop(stripe);
            this.services = services;
        }

        public StripeStandIn Stripe { get; }

        public StripeShop Shop { get; }

        public PurchaseDesk Desk => services.GetRequiredService<PurchaseDesk>();

        public IPurchaseStore Purchases => services.GetRequiredService<IPurchaseStore>();

        public static async Task<Visit> StartAsync(params (string Key, string Value)[] settings)
        {
            var stripe = await StripeStandIn.StartAsync();
            var collection = new ServiceCollection();
            collection.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))).Build());
            collection.AddSingleton<TimeProvider>(stripe.Clock);
            collection.AddLogging();
            collection.AddAiCreditsCore().UseStripe(options =>
            {
                options.SecretKey = StripeStandIn.Key;
                options.ApiBase = stripe.Address;
                options.WebhookSecrets.Add(StripeShop.WebhookSecret);
            });
            return new Visit(stripe, collection.BuildServiceProvider());
        }

        public async Task<Purchase> BuyAsync(string pack, string? key = null)
        {
            Stripe.Clock.Advance(TimeSpan.FromMilliseconds(1));
            var order = new CheckoutOrder(Alice, pack, (id, paid) => new Uri($"https://shop.example/?purchase={id}&paid={paid}")) { ClientKey = key };
            return (await Desk.BeginAsync(order, Cancel)).ShouldBeOfType<CheckoutResult.Opened>().Purchase;
        }

        public Task<Purchase?> TellAsync(string type, Purchase purchase) => TellAsync(type, $$"""{"id":"{{purchase.CheckoutId}}","object":"checkout.session"}""");

        public Task<Purchase?> TellAboutPaymentAsync(string type, StripeShop.Sold sold) => TellAsync(type, $$"""{"id":"ch_1","payment_intent":"{{sold.Intent}}"}""");

        public async Task<decimal> BalanceAsync() => (await services.GetRequiredService<ICreditStore>().GetAccountAsync(Alice, Cancel)).State.Available.ToDecimal();

        public async Task<IReadOnlyList<string>> EventsAsync() =>
            [.. (await services.GetRequiredService<IEventOutbox>().LeaseAsync(100, TimeSpan.FromDays(1), Cancel)).Select(one => one.Event.Name).Where(name => name.StartsWith("purchase", StringComparison.Ordinal))];

        public async Task ProveAsync() => (await services.GetRequiredService<IntegrityCheck>().RunAsync(cancellationToken: Cancel)).Faults.ShouldBeEmpty();

        public async ValueTask DisposeAsync()
        {
            await services.DisposeAsync();
            await Stripe.DisposeAsync();
        }

        private async Task<Purchase?> TellAsync(string type, string subject)
        {
            var (body, signature) = Shop.Webhook(type, subject);
            var accepted = Desk.Provider.ReadWebhook(new WebhookRequest(body, name => name == "Stripe-Signature" ? signature : null)).ShouldBeOfType<WebhookResult.Accepted>();
            return await Desk.HandleAsync(accepted.Event, Cancel);
        }
    }
}
