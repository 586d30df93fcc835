using AiCredits.Payments;
using AiCredits.Stripe.Payments;
using AiCredits.TopUps;

namespace AiCredits.Stripe.TopUps;

/// <summary>Saved cards through Stripe: what it is asked, and how its answers are read.</summary>
public sealed class StripeTopUpTests
{
    private const string PurchaseId = "0197f0a0-1111-7222-8333-444455556666";
    private static readonly ChargeRequest Charge = new(Guid.Parse(PurchaseId), new SavedCard("cus_1", "pm_1", "visa 4242"), new Money(14.99m, "USD"), "110 credits");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_card_is_saved_on_a_page_in_setup_mode()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always("""{"id":"cs_test_a1","object":"checkout.session","url":"https://checkout.stripe.com/c/pay/cs_test_a1"}""");

        var session = await Provider(stripe).CreateCardSetupAsync(new CardSetupRequest("key", "USD", new Uri("https://shop.example/ok"), new Uri("https://shop.example/no")) { Email = "ann@example.com" }, Cancel);

        session.Id.ShouldBe("cs_test_a1");
        var request = stripe.Requests.ShouldHaveSingleItem();
        request.Headers["Idempotency-Key"].ShouldMatch("^aicredits-setup-key-[0-9a-f]{16}$");
        request.Form.ShouldBe(
            new Dictionary<string, string>
            {
                ["mode"] = "setup",
                ["currency"] = "usd",
                ["allowed_payment_method_types[0]"] = "card",
                ["customer_email"] = "ann@example.com",
                ["customer_creation"] = "always",
                ["success_url"] = "https://shop.example/ok",
                ["cancel_url"] = "https://shop.example/no",
            },
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("complete", "succeeded", true)]
    [InlineData("open", "requires_payment_method", false)]
    [InlineData("complete", "processing", false)]
    public async Task The_card_is_read_once_it_is_saved(string status, string intent, bool saved)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always($$"""{"id":"cs_test_a1","object":"checkout.session","mode":"setup","status":"{{status}}","customer":"cus_1","setup_intent":{"id":"seti_1","object":"setup_intent","status":"{{intent}}","payment_method":{"id":"pm_1","object":"payment_method","type":"card","card":{"brand":"visa","last4":"4242"} } } }""");

        (await Provider(stripe).FindCardAsync("cs_test_a1", Cancel)).ShouldBe(saved ? new SavedCard("cus_1", "pm_1", "visa 4242") : null);

        stripe.Requests.ShouldHaveSingleItem().Query.ShouldBe(new Dictionary<string, string> { ["expand[0]"] = "setup_intent.payment_method" });
    }

    [Fact]
    public async Task A_charge_is_one_confirmed_off_session_payment_under_the_purchase_s_key()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(Intent("succeeded"));

        (await Provider(stripe).ChargeAsync(Charge, Cancel)).ShouldBe(new ChargeResult.Taken("pi_1"));

        var request = stripe.Requests.ShouldHaveSingleItem();
        (request.Method, request.Path).ShouldBe(("POST", "/v1/payment_intents"));
        request.Headers["Idempotency-Key"].ShouldBe("aicredits-topup-0197f0a0111172228333444455556666");
        request.Form.ShouldBe(
            new Dictionary<string, string>
            {
                ["amount"] = "1499",
                ["currency"] = "usd",
                ["customer"] = "cus_1",
                ["payment_method"] = "pm_1",
                ["description"] = "110 credits",
                ["metadata[purchase_id]"] = PurchaseId,
                ["confirm"] = "true",
                ["off_session"] = "true",
                ["automatic_payment_methods[enabled]"] = "true",
                ["automatic_payment_methods[allow_redirects]"] = "never",
            },
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("card_declined", "Your card was declined.", false)]
    [InlineData("expired_card", "Your card has expired.", false)]
    [InlineData("authentication_required", "Authentication is required.", true)]
    public async Task A_refusal_of_the_bank_is_an_answer_and_no_outage(string code, string message, bool authentication)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always($$"""{"error":{"type":"card_error","code":"{{code}}","message":"{{message}}"} }""", 402);

        (await Provider(stripe).ChargeAsync(Charge, Cancel)).ShouldBe(authentication ? new ChargeResult.AuthenticationRequired() : new ChargeResult.Declined(message));
    }

    [Theory]
    [InlineData(400, """{"type":"invalid_request_error","code":"resource_missing","param":"payment_method","message":"No such PaymentMethod: 'pm_1'"}""")]
    [InlineData(404, """{"type":"invalid_request_error","code":"resource_missing","param":"customer","message":"No such customer: 'cus_1'"}""")]
    [InlineData(400, """{"type":"invalid_request_error","message":"The provided PaymentMethod was detached from a Customer. It may not be used again."}""")]
    public async Task A_card_that_was_removed_is_declined(int status, string error)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always($$"""{"error":{{error}} }""", status);

        (await Provider(stripe).ChargeAsync(Charge, Cancel)).ShouldBeOfType<ChargeResult.Declined>().Reason.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_request_that_Stripe_does_not_understand_is_not_blamed_on_the_card()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always("""{"error":{"type":"invalid_request_error","param":"amount","message":"Amount must be at least 50 cents"} }""", 400);

        (await Should.ThrowAsync<PaymentProviderException>(() => Provider(stripe).ChargeAsync(Charge, Cancel))).IsTransient.ShouldBeFalse();
    }

    [Fact]
    public async Task An_outage_leaves_the_outcome_unknown()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always("""{"error":{"type":"api_error","message":"Something broke."}}""", 500);

        (await Should.ThrowAsync<PaymentProviderException>(() => Provider(stripe).ChargeAsync(Charge, Cancel))).IsTransient.ShouldBeTrue();

        stripe.Requests.Select(request => request.Headers["Idempotency-Key"]).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_earlier_charge_is_looked_up_among_the_customer_s_payments()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        const string Error = """{"type":"card_error","code":"card_declined","message":"No."}""";
        stripe.Always($$"""{"object":"list","url":"/v1/payment_intents","has_more":false,"data":[{{Intent("succeeded", Guid.Empty.ToString())}},{{Intent("requires_payment_method", error: Error)}}]}""");
        var since = new DateTime(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);

        (await Provider(stripe).FindChargeAsync(Charge, since, Cancel)).ShouldBe(new ChargeResult.Declined("No."));
        (await Provider(stripe).FindChargeAsync(Charge with { PurchaseId = Guid.CreateVersion7() }, since, Cancel)).ShouldBeNull();

        var request = stripe.Requests.First();
        (request.Method, request.Path).ShouldBe(("GET", "/v1/payment_intents"));
        request.Query.ShouldBe(new Dictionary<string, string> { ["customer"] = "cus_1", ["created[gte]"] = "1793533800", ["limit"] = "100" }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_payment_that_no_checkout_has_made_is_found_by_its_own_id()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Answer = (request, _, context) => StripeStandIn.WriteAsync(context, request.Path.StartsWith("/v1/checkout", StringComparison.Ordinal)
            ? """{"object":"list","url":"/v1/checkout/sessions","has_more":false,"data":[]}"""
            : Intent("succeeded"));

        var payment = (await stripe.Provider().FindPaymentAsync("pi_1", Cancel)).ShouldNotBeNull();

        (payment.CheckoutId, payment.PaymentId, payment.PurchaseId, payment.Status, payment.Total, payment.CustomerId)
            .ShouldBe(("pi_1", "pi_1", Guid.Parse(PurchaseId), PaymentStatus.Paid, new Money(14.99m, "USD"), "cus_1"));
    }

    private static ITopUpProvider Provider(StripeStandIn stripe) => stripe.Provider().ShouldBeAssignableTo<ITopUpProvider>()!;

    private static string Intent(string status, string purchaseId = PurchaseId, string error = "null") => $$"""
        { "id": "pi_1", "object": "payment_intent", "status": "{{status}}", "amount": 1499, "currency": "usd", "customer": "cus_1", "metadata": { "purchase_id": "{{purchaseId}}" }, "last_payment_error": {{error}}, "latest_charge": null }
        """;
}
