using System.Text;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Payments;
using AiCredits.Plans;
using AiCredits.Purchases;
using AiCredits.Stripe.Payments;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.Stripe.Plans;

/// <summary>What was paid for subscriptions: how Stripe's invoices are read, and what a refund of one does.</summary>
public sealed class StripeInvoiceTests
{
    private const string Secret = "whsec_standin0123456789";
    private static readonly AccountId Alice = new("alice");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_invoice_is_read_with_its_payment_and_charge()
    {
        await using var books = await Books.StartAsync();

        var payment = await books.Provider.FindPaymentAsync("in_1", Cancel);

        payment.ShouldBe(new Payment
        {
            CheckoutId = "in_1",
            PaymentId = "pi_1",
            Status = PaymentStatus.Paid,
            Total = new Money(9.99m, "USD"),
            CustomerId = "cus_1",
            ReceiptUrl = new Uri("https://invoice.stripe.com/i/1"),
        });
        books.Stripe.Requests.Select(request => (request.Path, request.Query.GetValueOrDefault("expand[0]"))).ShouldBe([("/v1/invoices/in_1", "payments"), ("/v1/payment_intents/pi_1", "latest_charge")]);
    }

    [Theory]
    [InlineData("paid", PaymentStatus.Paid)]
    [InlineData("open", PaymentStatus.Processing)]
    [InlineData("draft", PaymentStatus.Processing)]
    [InlineData("void", PaymentStatus.Failed)]
    [InlineData("uncollectible", PaymentStatus.Failed)]
    public async Task Where_an_invoice_stands(string status, PaymentStatus expected)
    {
        await using var books = await Books.StartAsync();
        books.InvoiceStatus = status;

        (await books.Provider.FindPaymentAsync("in_1", Cancel))!.Status.ShouldBe(expected);
    }

    [Theory]
    [InlineData(0, "lost", 0, 0, 9.99)]
    [InlineData(499, "under_review", 4.99, 5, 0)]
    [InlineData(499, "won", 4.99, 0, 0)]
    [InlineData(999, "lost", 9.99, 0, 0)]
    public async Task What_became_of_its_money(long refunded, string dispute, decimal expectedRefunded, decimal disputed, decimal lost)
    {
        await using var books = await Books.StartAsync();
        (books.Refunded, books.Dispute) = (refunded, dispute);

        var payment = (await books.Provider.FindPaymentAsync("in_1", Cancel)).ShouldNotBeNull();

        (payment.Refunded, payment.Disputed, payment.DisputesLost).ShouldBe((expectedRefunded, disputed, lost));
    }

    [Fact]
    public async Task A_payment_intent_leads_to_its_invoice()
    {
        await using var books = await Books.StartAsync();

        (await books.Provider.FindPaymentAsync("pi_1", Cancel)).ShouldNotBeNull().CheckoutId.ShouldBe("in_1");

        var list = books.Stripe.Requests.Single(request => request.Path == "/v1/invoice_payments");
        list.Query.ShouldBe(new Dictionary<string, string> { ["payment[type]"] = "payment_intent", ["payment[payment_intent]"] = "pi_1", ["limit"] = "1" }, ignoreOrder: true);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_payment_of_another_product_is_none_of_ours_even_where_invoices_can_t_be_read(int status)
    {
        await using var books = await Books.StartAsync();
        books.InvoicePaymentsStatus = status;

        (await books.Provider.FindPaymentAsync("pi_1", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task An_outage_is_no_answer()
    {
        await using var books = await Books.StartAsync();
        books.InvoicePaymentsStatus = 500;

        (await Should.ThrowAsync<PaymentProviderException>(() => books.Provider.FindPaymentAsync("pi_1", Cancel))).IsTransient.ShouldBeTrue();
    }

    [Fact]
    public async Task A_refund_in_Stripe_s_dashboard_takes_its_share_of_the_plan_s_credits()
    {
        await using var books = await Books.StartAsync();
        await using var app = books.App();
        var desk = app.GetRequiredService<SubscriptionDesk>();
        var opened = (await desk.SubscribeAsync(new SubscribeOrder(Alice, "basic", (_, _) => new Uri("https://shop.example/")), Cancel)).ShouldBeOfType<SubscribeResult.Opened>();
        books.SubscriptionId = opened.Subscription.Id;
        var paid = app.GetRequiredService<IPaymentProvider>().ReadWebhook(books.Webhook("invoice.paid", """{"id":"in_1","object":"invoice","subscription":"sub_1"}""")).ShouldBeOfType<WebhookResult.SubscriptionChanged>();
        await desk.HandleAsync(paid.Event, Cancel);
        (await BalanceAsync(app)).ShouldBe(100);

        (books.Refunded, books.Dispute) = (333, "won");
        var refunded = app.GetRequiredService<IPaymentProvider>().ReadWebhook(books.Webhook("charge.refunded", """{"id":"ch_1","object":"charge","payment_intent":"pi_1"}""")).ShouldBeOfType<WebhookResult.Accepted>();
        var purchase = (await app.GetRequiredService<PurchaseDesk>().HandleAsync(refunded.Event, Cancel)).ShouldNotBeNull();

        (await BalanceAsync(app)).ShouldBe(100 - 33.333334m);
        (purchase.PackId, purchase.Status, purchase.Total, purchase.Refunded).ShouldBe(("basic", PurchaseStatus.PartlyRefunded, new Money(9.99m, "USD"), 3.33m));

        var order = new RefundOrder(purchase.Id, "ticket-1") { Amount = 1, Reason = "asked for" };
        (await app.GetRequiredService<PurchaseDesk>().RefundAsync(order, Cancel)).ShouldBeOfType<RefundOrderResult.Done>();
        books.Stripe.Requests.Single(request => request.Path == "/v1/refunds").Form["payment_intent"].ShouldBe("pi_1");
        (await app.GetRequiredService<IntegrityCheck>().RunAsync(cancellationToken: Cancel)).Faults.ShouldBeEmpty();
    }

    private static async Task<decimal> BalanceAsync(ServiceProvider app) => (await app.GetRequiredService<ICreditStore>().GetAccountAsync(Alice, Cancel)).State.Available.ToDecimal();

    // One subscription, its invoice and that one's payment, as Stripe's API of 2025 and later has them.
    private sealed class Books : IAsyncDisposable
    {
        private Books(StripeStandIn stripe)
        {
            Stripe = stripe;
            stripe.Answer = (request, _, context) => Answer(request.Path, request.Method) is (var status, var body) ? StripeStandIn.WriteAsync(context, body, status) : throw new InvalidOperationException(request.Path);
        }

        public StripeStandIn Stripe { get; }

        public IPaymentProvider Provider => Stripe.Provider();

        public string InvoiceStatus { get; set; } = "paid";

        public long Refunded { get; set; }

        public string? Dispute { get; set; }

        public int InvoicePaymentsStatus { get; set; } = 200;

        public Guid SubscriptionId { get; set; }

        private long Start => Stripe.Clock.GetUtcNow().ToUnixTimeSeconds();

        public static async Task<Books> StartAsync() => new(await StripeStandIn.StartAsync());

        public ServiceProvider App()
        {
            var services = new ServiceCollection();
            services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
            services.AddSingleton<TimeProvider>(Stripe.Clock);
            services.AddLogging();
            services.AddAiCreditsCore(options =>
            {
                options.WelcomeCredits = 0;
                options.Plans["basic"] = new() { Price = 9.99m, Credits = 100 };
            }).UseStripe(options =>
            {
                options.SecretKey = StripeStandIn.Key;
                options.ApiBase = Stripe.Address;
                options.WebhookSecrets.Add(Secret);
            });
            return services.BuildServiceProvider();
        }

        public WebhookRequest Webhook(string type, string subject)
        {
            var body = Encoding.UTF8.GetBytes($$"""{"id":"evt_1","object":"event","type":"{{type}}","created":{{Start}},"data":{"object":{{subject}} } }""");
            var hash = System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), (byte[])[.. Encoding.ASCII.GetBytes($"{Start}."), .. body]);
            return new WebhookRequest(body, name => name == "Stripe-Signature" ? $"t={Start},v1={Convert.ToHexStringLower(hash)}" : null);
        }

        public ValueTask DisposeAsync() => Stripe.DisposeAsync();

        private (int Status, string Body) Answer(string path, string method) => (method, path) switch
        {
            ("POST", "/v1/checkout/sessions") => (200, """{"id":"cs_test_a1","object":"checkout.session","url":"https://checkout.stripe.com/c/pay/cs_test_a1"}"""),
            ("GET", "/v1/checkout/sessions") => (200, List("")),
            ("GET", "/v1/subscriptions/sub_1") => (200, Subscription()),
            ("GET", "/v1/invoices/in_1") => (200, Invoice(", \"payments\": " + List(InvoicePayment))),
            ("GET", "/v1/payment_intents/pi_1") => (200, $$"""{"id":"pi_1","object":"payment_intent","amount":999,"currency":"usd","customer":"cus_1","metadata":{},"status":"succeeded","latest_charge":{"id":"ch_1","object":"charge","amount":999,"amount_refunded":{{Refunded}},"currency":"usd","disputed":{{(Dispute is null ? "false" : "true")}},"payment_intent":"pi_1"} }"""),
            ("GET", "/v1/invoice_payments") => InvoicePaymentsStatus == 200 ? (200, List(InvoicePayment)) : (InvoicePaymentsStatus, """{"error":{"type":"invalid_request_error","message":"Not for you"}}"""),
            ("GET", "/v1/disputes") => (200, List($$"""{"id":"du_1","object":"dispute","amount":{{999 - Refunded}},"charge":"ch_1","currency":"usd","status":"{{Dispute}}"}""")),
            ("POST", "/v1/refunds") => (200, """{"id":"re_1","object":"refund","status":"succeeded"}"""),
            _ => (404, """{"error":{"type":"invalid_request_error","message":"Unrecognized request URL"}}"""),
        };

        private const string InvoicePayment = """{"id":"inpay_1","object":"invoice_payment","invoice":"in_1","status":"paid","amount_paid":999,"payment":{"type":"payment_intent","payment_intent":"pi_1"} }""";

        private static string List(string items) => $$"""{"object":"list","url":"/v1","has_more":false,"data":[{{items}}]}""";

        private string Invoice(string more = "") => $$"""
            {"id":"in_1","object":"invoice","status":"{{InvoiceStatus}}","created":{{Start}},"billing_reason":"subscription_create","amount_paid":999,"currency":"usd","customer":"cus_1","hosted_invoice_url":"https://invoice.stripe.com/i/1",
            "lines":{"object":"list","data":[{"id":"il_1","object":"line_item","period":{"start":{{Start}},"end":{{Start + 2_592_000}} } }] }{{more}} }
            """;

        private string Subscription() => $$"""
            {"id":"sub_1","object":"subscription","status":"active","customer":"cus_1","cancel_at_period_end":false,
            "metadata":{"aicredits_subscription_id":"{{SubscriptionId}}","aicredits_plan_id":"basic"},
            "items":{"object":"list","data":[{"id":"si_1","object":"subscription_item","quantity":1,"current_period_start":{{Start}},"current_period_end":{{Start + 2_592_000}},"price":{"id":"price_1","object":"price","product":"prod_1"} }] },
            "latest_invoice":{{Invoice()}} }
            """;
    }
}
