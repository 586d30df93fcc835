using System.Net;
using System.Net.Sockets;
using AiCredits.Payments;
using Stripe;

namespace AiCredits.Stripe.Payments;

public sealed class CheckoutTests
{
    private const string OpenSession = """
        {"id":"cs_test_a1","object":"checkout.session","amount_total":1499,"currency":"usd","expires_at":1793620800,"mode":"payment",
        "payment_intent":null,"payment_status":"unpaid","status":"open","url":"https://checkout.stripe.com/c/pay/cs_test_a1#fid"}
        """;

    private static readonly Guid PurchaseId = Guid.Parse("0197f0a0-1111-7222-8333-444455556666");

    private static readonly CheckoutRequest Creator = new()
    {
        PurchaseId = PurchaseId,
        Title = "110 credits",
        Price = new Money(14.99m, "USD"),
        SuccessUrl = new Uri("https://shop.example/credits?purchase=1"),
        CancelUrl = new Uri("https://shop.example/packs"),
    };

    [Fact]
    public async Task A_checkout_is_one_form_with_the_price_of_the_purchase()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(OpenSession);

        var session = await stripe.Provider().CreateCheckoutAsync(Creator, TestContext.Current.CancellationToken);

        session.ShouldBe(new CheckoutSession("cs_test_a1", new Uri("https://checkout.stripe.com/c/pay/cs_test_a1#fid"), new DateTime(2026, 11, 2, 12, 0, 0, DateTimeKind.Utc)));
        session.ExpiresAt!.Value.Kind.ShouldBe(DateTimeKind.Utc);
        var request = stripe.Requests.ShouldHaveSingleItem();
        (request.Method, request.Path).ShouldBe(("POST", "/v1/checkout/sessions"));
        request.Headers["Authorization"].ShouldBe($"Bearer {StripeStandIn.Key}");
        request.Headers["Idempotency-Key"].ShouldMatch("^aicredits-checkout-0197f0a0111172228333444455556666-[0-9a-f]{16}$");
        request.Headers["Content-Type"].ShouldStartWith("application/x-www-form-urlencoded");
        request.Headers.ShouldNotContainKey("X-Stripe-Client-Telemetry");
        request.Form.ShouldBe(
            new Dictionary<string, string>
            {
                ["mode"] = "payment",
                ["customer_creation"] = "always",
                ["client_reference_id"] = PurchaseId.ToString(),
                ["metadata[purchase_id]"] = PurchaseId.ToString(),
                ["payment_intent_data[description]"] = "110 credits",
                ["payment_intent_data[metadata][purchase_id]"] = PurchaseId.ToString(),
                ["line_items[0][quantity]"] = "1",
                ["line_items[0][price_data][currency]"] = "usd",
                ["line_items[0][price_data][unit_amount]"] = "1499",
                ["line_items[0][price_data][product_data][name]"] = "110 credits",
                ["success_url"] = "https://shop.example/credits?purchase=1",
                ["cancel_url"] = "https://shop.example/packs",
            },
            ignoreOrder: true);
    }

    [Fact]
    public async Task Taxes_invoices_and_promotion_codes_are_switches()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(OpenSession);
        var provider = stripe.Provider(options =>
        {
            options.AutomaticTax = true;
            options.CreateInvoices = true;
            options.AllowPromotionCodes = true;
        });

        await provider.CreateCheckoutAsync(Creator with { CustomerId = "cus_1", Email = "ann@example.com", Description = "of which 10 are a bonus" }, TestContext.Current.CancellationToken);

        var form = stripe.Requests.ShouldHaveSingleItem().Form;
        form["automatic_tax[enabled]"].ShouldBe("true");
        form["invoice_creation[enabled]"].ShouldBe("true");
        form["allow_promotion_codes"].ShouldBe("true");
        form["customer"].ShouldBe("cus_1");
        form["customer_update[address]"].ShouldBe("auto");
        form["line_items[0][price_data][product_data][description]"].ShouldBe("of which 10 are a bonus");
        form.ShouldNotContainKey("customer_creation", "Stripe takes it for buyers who are no customers yet.");
        form.ShouldNotContainKey("customer_email", "Stripe takes one of customer and customer_email.");
    }

    [Theory]
    [InlineData(1499, "usd", true)]
    [InlineData(1999, "usd", false)]
    [InlineData(1499, "eur", false)]
    public async Task A_price_kept_at_Stripe_is_sold_only_as_agreed(long amount, string currency, bool opened)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(OpenSession.Replace("\"amount_total\":1499,\"currency\":\"usd\"", $"\"amount_subtotal\":{amount},\"amount_total\":{amount},\"currency\":\"{currency}\"", StringComparison.Ordinal));
        var provider = stripe.Provider(options => options.Prices["creator"] = "price_1");
        var request = Creator with { PackId = "creator" };

        if (opened)
        {
            (await provider.CreateCheckoutAsync(request, TestContext.Current.CancellationToken)).Id.ShouldBe("cs_test_a1");
        }
        else
        {
            var exception = await Should.ThrowAsync<PaymentProviderException>(() => provider.CreateCheckoutAsync(request, TestContext.Current.CancellationToken));
            exception.Message.ShouldContain("AiCredits:Stripe:Prices:creator is price_1");
            exception.IsTransient.ShouldBeFalse();
            stripe.Requests.Last().Path.ShouldBe("/v1/checkout/sessions/cs_test_a1/expire");
        }

        var form = stripe.Requests.First().Form;
        form["line_items[0][price]"].ShouldBe("price_1");
        form.Keys.ShouldNotContain(key => key.Contains("price_data", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_customer_who_was_deleted_at_Stripe_can_still_buy()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Answer = (request, _, context) => request.Form.ContainsKey("customer")
            ? StripeStandIn.WriteAsync(context, """{"error":{"type":"invalid_request_error","code":"resource_missing","param":"customer","message":"No such customer: 'cus_gone'"}}""", 400)
            : StripeStandIn.WriteAsync(context, OpenSession);

        var session = await stripe.Provider().CreateCheckoutAsync(Creator with { CustomerId = "cus_gone", Email = "ann@example.com" }, TestContext.Current.CancellationToken);

        session.Id.ShouldBe("cs_test_a1");
        stripe.Requests.Count.ShouldBe(2);
        stripe.Requests.Last().Form["customer_email"].ShouldBe("ann@example.com");
        stripe.Requests.Select(request => request.Headers["Idempotency-Key"]).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_buyer_who_is_no_customer_yet_need_not_type_the_address()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(OpenSession);

        await stripe.Provider().CreateCheckoutAsync(Creator with { Email = "ann@example.com" }, TestContext.Current.CancellationToken);

        stripe.Requests.ShouldHaveSingleItem().Form["customer_email"].ShouldBe("ann@example.com");
    }

    [Theory]
    [InlineData("4.99", "USD", "499")]
    [InlineData("500", "JPY", "500")]
    [InlineData("5.12", "KWD", "5120")]
    [InlineData("5", "ISK", "500")]
    [InlineData("5", "UGX", "500")]
    [InlineData("7", "MGA", "7")]
    [InlineData("250000", "IDR", "25000000")]
    public async Task An_amount_is_sent_in_Stripe_s_unit_of_its_currency(string amount, string currency, string unitAmount)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(OpenSession);

        await stripe.Provider().CreateCheckoutAsync(Creator with { Price = new Money(decimal.Parse(amount), currency) }, TestContext.Current.CancellationToken);

        var form = stripe.Requests.ShouldHaveSingleItem().Form;
        form["line_items[0][price_data][unit_amount]"].ShouldBe(unitAmount);
        form["line_items[0][price_data][currency]"].ShouldBe(currency.ToLowerInvariant());
    }

    [Theory]
    [InlineData("0", "USD")]
    [InlineData("-1", "USD")]
    [InlineData("4.999", "USD")]
    [InlineData("499.5", "JPY")]
    [InlineData("5.5", "ISK")]
    [InlineData("5.125", "KWD")]
    [InlineData("10000000000", "USD")]
    [InlineData("79228162514264337593543950335", "JPY")]
    public async Task An_amount_that_Stripe_can_t_charge_is_never_sent(string amount, string currency)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(OpenSession);

        await Should.ThrowAsync<ArgumentException>(() => stripe.Provider().CreateCheckoutAsync(Creator with { Price = new Money(decimal.Parse(amount), currency) }, TestContext.Current.CancellationToken));

        stripe.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_try_after_a_lost_answer_has_the_same_key_and_gives_the_same_checkout()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Answer = (_, number, context) =>
        {
            if (number > 0)
            {
                return StripeStandIn.WriteAsync(context, OpenSession);
            }

            context.Abort();
            return Task.CompletedTask;
        };

        var session = await stripe.Provider().CreateCheckoutAsync(Creator, TestContext.Current.CancellationToken);

        session.Id.ShouldBe("cs_test_a1");
        stripe.Requests.Count.ShouldBe(2);
        stripe.Requests.Select(request => request.Headers["Idempotency-Key"]).Distinct().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(409)]
    public async Task An_outage_is_worth_another_try_later(int status)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always("""{"error":{"type":"api_error","message":"Something went wrong"}}""", status);

        var exception = await Should.ThrowAsync<PaymentProviderException>(() => stripe.Provider().CreateCheckoutAsync(Creator, TestContext.Current.CancellationToken));

        exception.IsTransient.ShouldBeTrue();
        stripe.Requests.Count.ShouldBeLessThanOrEqualTo(3);
    }

    [Theory]
    [InlineData(401, "AiCredits:Stripe:SecretKey")]
    [InlineData(403, "AiCredits:Stripe:SecretKey")]
    [InlineData(400, "Amount must convert to at least 50 cents.")]
    [InlineData(402, "Amount must convert to at least 50 cents.")]
    public async Task A_refusal_says_why_and_is_not_tried_again(int status, string expected)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always("""{"error":{"type":"invalid_request_error","message":"Amount must convert to at least 50 cents."}}""", status);

        var exception = await Should.ThrowAsync<PaymentProviderException>(() => stripe.Provider().CreateCheckoutAsync(Creator, TestContext.Current.CancellationToken));

        exception.IsTransient.ShouldBeFalse();
        exception.Message.ShouldContain(expected);
        exception.ToString().ShouldNotContain(StripeStandIn.Key);
        stripe.Requests.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("17")]
    [InlineData("<html>maintenance</html>")]
    [InlineData("""{"id":"cs_test_a1","object":"checkout.ses""")]
    [InlineData("""{"id":"cs_test_a1","object":"checkout.session","url":null}""")]
    [InlineData("""{"id":"cs_test_a1","object":"checkout.session","url":"javascript:alert(1)"}""")]
    [InlineData("""{"id":"../evil","object":"checkout.session","url":"https://checkout.stripe.com/c/pay"}""")]
    public async Task An_answer_that_is_not_Stripe_s_is_an_error_of_the_provider(string answer)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(answer);

        await Should.ThrowAsync<PaymentProviderException>(() => stripe.Provider().CreateCheckoutAsync(Creator, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_machine_that_can_t_be_reached_is_an_outage()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var address = $"http://{closed.LocalEndpoint}";
        closed.Stop();

        var exception = await Should.ThrowAsync<PaymentProviderException>(() => stripe.Provider(options => options.ApiBase = address).CreateCheckoutAsync(Creator, TestContext.Current.CancellationToken));

        exception.IsTransient.ShouldBeTrue();
    }

    [Fact]
    public async Task An_answer_that_never_comes_is_an_outage_after_the_time_out()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Answer = (_, _, context) => Task.Delay(Timeout.Infinite, context.RequestAborted);

        var exception = await Should.ThrowAsync<PaymentProviderException>(() => stripe.Provider(options => options.Timeout = TimeSpan.FromMilliseconds(200)).CreateCheckoutAsync(Creator, TestContext.Current.CancellationToken));

        exception.IsTransient.ShouldBeTrue();
    }

    [Fact]
    public async Task A_caller_who_gives_up_sees_that_and_no_error_of_the_provider()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Answer = (_, _, context) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Should.ThrowAsync<OperationCanceledException>(() => stripe.Provider().CreateCheckoutAsync(Creator, patience.Token));
    }

    [Fact]
    public async Task The_app_s_own_use_of_Stripe_and_ours_don_t_meet()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(OpenSession);
        var before = StripeConfiguration.ApiKey;
        StripeConfiguration.ApiKey = "sk_test_theapps";
        try
        {
            await stripe.Provider().CreateCheckoutAsync(Creator, TestContext.Current.CancellationToken);

            StripeConfiguration.ApiKey.ShouldBe("sk_test_theapps");
            stripe.Requests.ShouldHaveSingleItem().Headers["Authorization"].ShouldBe($"Bearer {StripeStandIn.Key}");
        }
        finally
        {
            StripeConfiguration.ApiKey = before;
        }
    }
}
