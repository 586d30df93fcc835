using AiCredits.Payments;

namespace AiCredits.Stripe.Payments;

public sealed class FindPaymentTests
{
    private const string PurchaseId = "0197f0a0-1111-7222-8333-444455556666";

    [Fact]
    public async Task A_paid_checkout_is_one_request()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(Session());

        var payment = await stripe.Provider().FindPaymentAsync("cs_test_a1", TestContext.Current.CancellationToken);

        payment.ShouldBe(new Payment
        {
            CheckoutId = "cs_test_a1",
            PaymentId = "pi_1",
            PurchaseId = Guid.Parse(PurchaseId),
            Status = PaymentStatus.Paid,
            Total = new Money(14.99m, "USD"),
            CustomerId = "cus_1",
            ReceiptUrl = new Uri("https://pay.stripe.com/receipts/1"),
        });
        var request = stripe.Requests.ShouldHaveSingleItem();
        (request.Method, request.Path).ShouldBe(("GET", "/v1/checkout/sessions/cs_test_a1"));
        request.Query.ShouldBe(new Dictionary<string, string> { ["expand[0]"] = "payment_intent.latest_charge" });
    }

    [Fact]
    public async Task A_payment_is_found_by_its_own_id_too()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always($$"""{"object":"list","url":"/v1/checkout/sessions","has_more":false,"data":[{{Session()}}]}""");

        var payment = await stripe.Provider().FindPaymentAsync("pi_1", TestContext.Current.CancellationToken);

        payment.ShouldNotBeNull().CheckoutId.ShouldBe("cs_test_a1");
        var request = stripe.Requests.ShouldHaveSingleItem();
        request.Path.ShouldBe("/v1/checkout/sessions");
        request.Query["payment_intent"].ShouldBe("pi_1");
        request.Query["expand[0]"].ShouldBe("data.payment_intent.latest_charge");
    }

    [Theory]
    [InlineData("open", "unpaid", "null", PaymentStatus.Open)]
    [InlineData("expired", "unpaid", "null", PaymentStatus.Expired)]
    [InlineData("complete", "unpaid", "processing", PaymentStatus.Processing)]
    [InlineData("complete", "unpaid", "requires_payment_method", PaymentStatus.Failed)]
    [InlineData("complete", "unpaid", "canceled", PaymentStatus.Failed)]
    [InlineData("complete", "unpaid", "requires_action", PaymentStatus.Processing)]
    [InlineData("complete", "paid", "succeeded", PaymentStatus.Paid)]
    [InlineData("complete", "no_payment_required", "null", PaymentStatus.Paid)]
    [InlineData("complete", "a_word_of_the_future", "succeeded", PaymentStatus.Processing)]
    [InlineData("a_word_of_the_future", "unpaid", "null", PaymentStatus.Open)]
    public async Task Where_it_stands_is_read_from_session_and_payment(string session, string payment, string intent, PaymentStatus expected)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(Session(session, payment, intent == "null" ? "null" : Intent(intent, "null")));

        var found = await stripe.Provider().FindPaymentAsync("cs_test_a1", TestContext.Current.CancellationToken);

        found.ShouldNotBeNull().Status.ShouldBe(expected);
    }

    [Fact]
    public async Task A_promotion_that_leaves_nothing_to_pay_has_no_payment()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(Session(paymentStatus: "no_payment_required", intent: "null", total: 0));

        var payment = (await stripe.Provider().FindPaymentAsync("cs_test_a1", TestContext.Current.CancellationToken)).ShouldNotBeNull();

        payment.PaymentId.ShouldBeNull();
        payment.Status.ShouldBe(PaymentStatus.Paid);
        payment.Total.ShouldBe(new Money(0, "USD"));
    }

    [Theory]
    [InlineData(1499, 0, 0)]
    [InlineData(1499, 500, 5)]
    [InlineData(1499, 1499, 14.99)]
    [InlineData(2998, 1499, 7.50)] // charged in another currency at twice the figure: half of it, rounded up
    public async Task A_refund_is_a_share_of_the_total(long charged, long refunded, decimal expected)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(Session(intent: Intent("succeeded", Charge(charged, refunded))));

        var payment = await stripe.Provider().FindPaymentAsync("cs_test_a1", TestContext.Current.CancellationToken);

        payment.ShouldNotBeNull().Refunded.ShouldBe(expected);
        payment.Status.ShouldBe(PaymentStatus.Paid);
    }

    [Theory]
    [InlineData("needs_response", 14.99, 0)]
    [InlineData("under_review", 14.99, 0)]
    [InlineData("appeal_needs_response", 14.99, 0)]
    [InlineData("appeal_under_review", 14.99, 0)]
    [InlineData("lost", 0, 14.99)]
    [InlineData("won", 0, 0)]
    [InlineData("prevented", 0, 0)]
    [InlineData("warning_needs_response", 0, 0)]
    [InlineData("warning_under_review", 0, 0)]
    [InlineData("warning_closed", 0, 0)]
    public async Task A_dispute_is_open_or_lost_or_over(string status, decimal disputed, decimal lost)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        AnswerWithDisputes(stripe, Charge(1499, 0, disputed: true), $$"""{"id":"du_1","object":"dispute","amount":1499,"currency":"usd","status":"{{status}}"}""");

        var payment = (await stripe.Provider().FindPaymentAsync("cs_test_a1", TestContext.Current.CancellationToken)).ShouldNotBeNull();

        (payment.Disputed, payment.DisputesLost).ShouldBe((disputed, lost));
        stripe.Requests.Last().Path.ShouldBe("/v1/disputes");
        stripe.Requests.Last().Query["charge"].ShouldBe("ch_1");
    }

    [Fact]
    public async Task Refunds_and_disputes_together_never_exceed_the_total()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        AnswerWithDisputes(
            stripe,
            Charge(1499, 499, disputed: true),
            """{"id":"du_1","object":"dispute","amount":600,"currency":"usd","status":"lost"}""",
            """{"id":"du_2","object":"dispute","amount":900,"currency":"usd","status":"under_review"}""");

        var payment = (await stripe.Provider().FindPaymentAsync("cs_test_a1", TestContext.Current.CancellationToken)).ShouldNotBeNull();

        (payment.Refunded, payment.DisputesLost, payment.Disputed).ShouldBe((4.99m, 6m, 4m));
    }

    [Fact]
    public async Task A_dispute_in_another_currency_is_about_everything()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        AnswerWithDisputes(stripe, Charge(1499, 0, disputed: true), """{"id":"du_1","object":"dispute","amount":3,"currency":"eur","status":"lost"}""");

        var payment = await stripe.Provider().FindPaymentAsync("cs_test_a1", TestContext.Current.CancellationToken);

        payment.ShouldNotBeNull().DisputesLost.ShouldBe(14.99m);
    }

    [Fact]
    public async Task A_disputed_payment_whose_disputes_can_t_be_read_is_not_taken_for_undisputed()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Answer = (request, _, context) => request.Path == "/v1/disputes"
            ? StripeStandIn.WriteAsync(context, """{"error":{"code":"resource_missing","message":"No such charge"}}""", 404)
            : StripeStandIn.WriteAsync(context, Session(intent: Intent("succeeded", Charge(1499, 0, disputed: true))));

        await Should.ThrowAsync<PaymentProviderException>(() => stripe.Provider().FindPaymentAsync("cs_test_a1", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_checkout_of_something_else_has_no_purchase()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(Session().Replace(PurchaseId, "order-17", StringComparison.Ordinal));

        var payment = await stripe.Provider().FindPaymentAsync("cs_test_a1", TestContext.Current.CancellationToken);

        payment.ShouldNotBeNull().PurchaseId.ShouldBeNull();
    }

    [Fact]
    public async Task What_Stripe_does_not_know_is_null()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Answer = (request, _, context) => request.Path == "/v1/checkout/sessions"
            ? StripeStandIn.WriteAsync(context, """{"object":"list","url":"/v1/checkout/sessions","has_more":false,"data":[]}""")
            : StripeStandIn.WriteAsync(context, """{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such checkout.session"}}""", 404);
        var provider = stripe.Provider();

        (await provider.FindPaymentAsync("cs_test_gone", TestContext.Current.CancellationToken)).ShouldBeNull();
        (await provider.FindPaymentAsync("pi_gone", TestContext.Current.CancellationToken)).ShouldBeNull();
        stripe.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_address_that_is_not_Stripe_s_is_not_taken_for_an_unknown_payment()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always("<html>not found</html>", 404);

        await Should.ThrowAsync<PaymentProviderException>(() => stripe.Provider().FindPaymentAsync("cs_test_a1", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("cs_")]
    [InlineData("sub_1")]
    [InlineData("cs_test/../../v1/balance")]
    [InlineData("pi_1?expand=x")]
    [InlineData("cs_test_é")]
    public async Task An_id_that_can_t_be_Stripe_s_is_never_sent(string id)
    {
        await using var stripe = await StripeStandIn.StartAsync();

        (await stripe.Provider().FindPaymentAsync(id, TestContext.Current.CancellationToken)).ShouldBeNull();

        stripe.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"id":"cs_test_a1","object":"checkout.session","amount_total":"many"}""")]
    public async Task An_answer_that_is_not_Stripe_s_is_an_error_of_the_provider(string answer)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(answer);
        var provider = stripe.Provider();

        await Should.ThrowAsync<PaymentProviderException>(() => provider.FindPaymentAsync("cs_test_a1", TestContext.Current.CancellationToken));
        if (!answer.Contains("session", StringComparison.Ordinal))
        {
            await Should.ThrowAsync<PaymentProviderException>(() => provider.FindPaymentAsync("pi_1", TestContext.Current.CancellationToken));
        }
    }

    private static void AnswerWithDisputes(StripeStandIn stripe, string charge, params string[] disputes) => stripe.Answer = (request, _, context) =>
        StripeStandIn.WriteAsync(context, request.Path == "/v1/disputes"
            ? $$"""{"object":"list","url":"/v1/disputes","has_more":false,"data":[{{string.Join(',', disputes)}}]}"""
            : Session(intent: Intent("succeeded", charge)));

    private static string Session(string status = "complete", string paymentStatus = "paid", string? intent = null, long total = 1499) =>
        $$"""
        {"id":"cs_test_a1","object":"checkout.session","amount_total":{{total}},"client_reference_id":"{{PurchaseId}}","currency":"usd","customer":"cus_1",
        "mode":"payment","payment_intent":{{intent ?? Intent("succeeded", Charge(total, 0))}},"payment_status":"{{paymentStatus}}","status":"{{status}}","url":null}
        """;

    private static string Intent(string status, string charge) =>
        $$"""{"id":"pi_1","object":"payment_intent","amount":1499,"currency":"usd","latest_charge":{{charge}},"status":"{{status}}"}""";

    private static string Charge(long amount, long refunded, bool disputed = false) =>
        $$"""
        {"id":"ch_1","object":"charge","amount":{{amount}},"amount_refunded":{{refunded}},"currency":"usd","disputed":{{(disputed ? "true" : "false")}},
        "paid":true,"payment_intent":"pi_1","receipt_url":"https://pay.stripe.com/receipts/1","refunded":{{(refunded == amount ? "true" : "false")}},"status":"succeeded"}
        """;
}
