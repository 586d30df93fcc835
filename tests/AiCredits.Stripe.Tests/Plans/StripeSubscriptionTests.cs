using System.Text;
using AiCredits.Payments;
using AiCredits.Plans;
using AiCredits.Stripe.Payments;

namespace AiCredits.Stripe.Plans;

/// <summary>Plans through Stripe: what it is asked, and how its answers are read.</summary>
public sealed class StripeSubscriptionTests
{
    private const string Id = "0197f0a0-1111-7222-8333-444455556666";
    private const long Start = 1_793_534_400;
    private const long End = Start + (30 * 86_400);
    private static readonly CreditPlan Plan = new("pro", "Pro", new Money(19.99m, "USD"), PlanInterval.Month, 300) { Description = "For many images" };

    private static readonly IReadOnlyList<ProviderInvoice> NoInvoices = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_checkout_in_subscription_mode_is_one_request_with_the_plan_in_it()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always("""{"id":"cs_test_a1","object":"checkout.session","url":"https://checkout.stripe.com/c/pay/cs_test_a1","expires_at":1793620800}""");

        var session = await Provider(stripe).CreateSubscriptionCheckoutAsync(Request() with { Seats = 3, TrialDays = 7, Email = "ann@example.com" }, Cancel);

        session.Id.ShouldBe("cs_test_a1");
        var request = stripe.Requests.ShouldHaveSingleItem();
        (request.Method, request.Path).ShouldBe(("POST", "/v1/checkout/sessions"));
        request.Headers["Idempotency-Key"].ShouldMatch("^aicredits-subscription-0197f0a0111172228333444455556666-[0-9a-f]{16}$");
        request.Form.ShouldBe(
            new Dictionary<string, string>
            {
                ["mode"] = "subscription",
                ["client_reference_id"] = Id,
                ["metadata[aicredits_subscription_id]"] = Id,
                ["metadata[aicredits_plan_id]"] = "pro",
                ["line_items[0][quantity]"] = "3",
                ["line_items[0][price_data][currency]"] = "usd",
                ["line_items[0][price_data][unit_amount]"] = "1999",
                ["line_items[0][price_data][product_data][name]"] = "Pro",
                ["line_items[0][price_data][product_data][description]"] = "For many images",
                ["line_items[0][price_data][recurring][interval]"] = "month",
                ["subscription_data[description]"] = "Pro",
                ["subscription_data[metadata][aicredits_subscription_id]"] = Id,
                ["subscription_data[metadata][aicredits_plan_id]"] = "pro",
                ["subscription_data[trial_period_days]"] = "7",
                ["success_url"] = "https://shop.example/ok",
                ["cancel_url"] = "https://shop.example/no",
                ["customer_email"] = "ann@example.com",
            },
            ignoreOrder: true);
    }

    [Fact]
    public async Task A_price_that_Stripe_keeps_is_used_as_it_is()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always("""{"id":"cs_test_a1","object":"checkout.session","url":"https://checkout.stripe.com/c/pay/cs_test_a1"}""");

        await Provider(stripe).CreateSubscriptionCheckoutAsync(Request() with { Plan = Plan with { ProviderPriceId = "price_1" }, CustomerId = "cus_1" }, Cancel);

        var form = stripe.Requests.ShouldHaveSingleItem().Form;
        form["line_items[0][price]"].ShouldBe("price_1");
        form["customer"].ShouldBe("cus_1");
        form.Keys.ShouldNotContain(key => key.Contains("price_data", StringComparison.Ordinal) || key == "customer_email");
    }

    [Theory]
    [InlineData("active", "paid", "subscription_cycle", ProviderSubscriptionStatus.Active, End)]
    [InlineData("active", "draft", "subscription_cycle", ProviderSubscriptionStatus.Active, Start)]
    [InlineData("active", "open", "subscription_cycle", ProviderSubscriptionStatus.Active, Start)]
    [InlineData("active", "void", "subscription_cycle", ProviderSubscriptionStatus.Active, Start)]
    [InlineData("active", "open", "subscription_update", ProviderSubscriptionStatus.Active, End)]
    [InlineData("active", "open", "subscription_update", ProviderSubscriptionStatus.Active, Start, Start + 2)]
    [InlineData("active", "paid", "subscription_update", ProviderSubscriptionStatus.Active, End, Start + 2)]
    [InlineData("past_due", "open", "subscription_cycle", ProviderSubscriptionStatus.PastDue, Start)]
    [InlineData("unpaid", "open", "subscription_cycle", ProviderSubscriptionStatus.PastDue, Start)]
    [InlineData("incomplete", "open", "subscription_create", ProviderSubscriptionStatus.Open, Start)]
    [InlineData("incomplete_expired", "void", "subscription_create", ProviderSubscriptionStatus.Abandoned, Start)]
    [InlineData("trialing", "paid", "subscription_create", ProviderSubscriptionStatus.Trialing, End)]
    [InlineData("paused", "paid", "subscription_cycle", ProviderSubscriptionStatus.Paused, Start)]
    [InlineData("canceled", "paid", "subscription_cycle", ProviderSubscriptionStatus.Ended, Start)]
    [InlineData("a_word_of_the_future", "paid", "subscription_cycle", ProviderSubscriptionStatus.PastDue, Start)]
    public async Task Only_what_is_paid_counts(string status, string invoice, string reason, ProviderSubscriptionStatus expected, long paidThrough, long invoiced = Start + 86_400)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(Subscription(status, invoice, reason, invoiced: invoiced));

        var found = (await Provider(stripe).FindSubscriptionAsync("sub_1", Cancel)).ShouldNotBeNull();

        (found with { Invoices = NoInvoices }).ShouldBe(new ProviderSubscription(expected)
        {
            Invoices = NoInvoices,
            Id = "sub_1",
            SubscriptionId = Guid.Parse(Id),
            PlanId = "pro",
            PriceId = "price_1",
            Seats = 2,
            PeriodStart = DateTime.UnixEpoch.AddSeconds(Start),
            PeriodEnd = DateTime.UnixEpoch.AddSeconds(End),
            PaidThrough = DateTime.UnixEpoch.AddSeconds(paidThrough),
            CustomerId = "cus_1",
        });
        var request = stripe.Requests.First();
        (request.Method, request.Path).ShouldBe(("GET", "/v1/subscriptions/sub_1"));
        stripe.Requests.Skip(1).ShouldAllBe(more => more.Path == "/v1/invoices" && invoice != "paid");
        request.Query.ShouldBe(new Dictionary<string, string> { ["expand[0]"] = "latest_invoice" });
    }

    [Theory]
    [InlineData("paid", "subscription_create", Start, true)]
    [InlineData("paid", "subscription_cycle", Start, true)]
    [InlineData("paid", "subscription_update", Start + 2, true)]
    [InlineData("paid", "subscription_update", Start + 86_400, false)]
    [InlineData("paid", "manual", Start + 86_400, false)]
    [InlineData("open", "subscription_cycle", Start, null)]
    [InlineData("draft", "subscription_cycle", Start, null)]
    public async Task The_latest_invoice_is_told_of_once_it_is_paid(string invoice, string reason, long invoiced, bool? isPeriod)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(Subscription("active", invoice, reason, invoiced: invoiced));

        var found = (await Provider(stripe).FindSubscriptionAsync("sub_1", Cancel)).ShouldNotBeNull();

        found.Invoices.ShouldBe(isPeriod is not { } period ? [] :
        [
            new ProviderInvoice("in_1", new Money(23.79m, "USD"), DateTime.UnixEpoch.AddSeconds(invoiced), period) { PaysUntil = DateTime.UnixEpoch.AddSeconds(End) },
        ]);
    }

    [Fact]
    public async Task A_paused_collection_pauses_the_plan()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(Subscription("active", "paid", "subscription_cycle", pause: """{"behavior":"void"}"""));

        (await Provider(stripe).FindSubscriptionAsync("sub_1", Cancel))!.Status.ShouldBe(ProviderSubscriptionStatus.Paused);
    }

    [Theory]
    [InlineData("open", "null", ProviderSubscriptionStatus.Open)]
    [InlineData("expired", "null", ProviderSubscriptionStatus.Abandoned)]
    [InlineData("complete", null, ProviderSubscriptionStatus.Active)]
    public async Task A_checkout_leads_to_what_came_of_it(string status, string? subscription, ProviderSubscriptionStatus expected)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always($$"""{"id":"cs_test_a1","object":"checkout.session","mode":"subscription","status":"{{status}}","client_reference_id":"{{Id}}","subscription":{{subscription ?? Subscription()}} }""");

        var found = (await Provider(stripe).FindSubscriptionAsync("cs_test_a1", Cancel)).ShouldNotBeNull();

        (found.Status, found.SubscriptionId).ShouldBe((expected, Guid.Parse(Id)));
        stripe.Requests.ShouldHaveSingleItem().Query.ShouldBe(new Dictionary<string, string> { ["expand[0]"] = "subscription.latest_invoice" });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_is_billed_at_once_or_from_the_next_period_on(bool now)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(Subscription());

        await Provider(stripe).ChangeSubscriptionAsync(new SubscriptionChange("sub_1", Plan with { Id = "max", Name = "Max", Price = new Money(100, "USD"), Interval = PlanInterval.Year }, 4, now, "key"), Cancel);

        var update = stripe.Requests.Last();
        (update.Method, update.Path).ShouldBe(("POST", "/v1/subscriptions/sub_1"));
        update.Headers["Idempotency-Key"].ShouldBe("aicredits-change-key");
        var expected = new Dictionary<string, string>
        {
            ["items[0][id]"] = "si_1",
            ["items[0][quantity]"] = "4",
            ["items[0][price_data][currency]"] = "usd",
            ["items[0][price_data][unit_amount]"] = "10000",
            ["items[0][price_data][product]"] = "prod_1",
            ["items[0][price_data][recurring][interval]"] = "year",
            ["description"] = "Max",
            ["metadata[aicredits_plan_id]"] = "max",
            ["proration_behavior"] = now ? "always_invoice" : "none",
        };
        if (now)
        {
            expected["payment_behavior"] = "error_if_incomplete";
        }

        update.Form.ShouldBe(expected, ignoreOrder: true);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("price_month")]
    public async Task A_shorter_interval_waits_in_a_schedule_for_the_end_of_the_period(string? price)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Answer = AnswerWithSchedule("null");

        await Provider(stripe).ChangeSubscriptionAsync(new SubscriptionChange("sub_1", Plan with { ProviderPriceId = price }, 4, false, "key"), Cancel);

        stripe.Requests.Select(request => (request.Method, request.Path)).ShouldBe([("GET", "/v1/subscriptions/sub_1"), ("POST", "/v1/subscription_schedules"), ("POST", "/v1/subscription_schedules/sub_sched_1")]);
        stripe.Requests.ElementAt(1).Form.ShouldBe(new Dictionary<string, string> { ["from_subscription"] = "sub_1" });
        var expected = new Dictionary<string, string>
        {
            ["end_behavior"] = "release",
            ["proration_behavior"] = "none",
            ["phases[0][start_date]"] = $"{Start}",
            ["phases[0][end_date]"] = $"{End}",
            ["phases[0][proration_behavior]"] = "none",
            ["phases[0][items][0][price]"] = "price_year",
            ["phases[0][items][0][quantity]"] = "2",
            ["phases[0][default_payment_method]"] = "pm_1",
            ["phases[0][collection_method]"] = "charge_automatically",
            ["phases[0][discounts][0][discount]"] = "di_1",
            ["phases[1][default_payment_method]"] = "pm_1",
            ["phases[1][collection_method]"] = "charge_automatically",
            ["phases[1][discounts][0][discount]"] = "di_1",
            ["phases[1][billing_cycle_anchor]"] = "phase_start",
            ["phases[1][duration][interval]"] = "month",
            ["phases[1][duration][interval_count]"] = "1",
            ["phases[1][proration_behavior]"] = "none",
            ["phases[1][description]"] = "Pro",
            ["phases[1][metadata][aicredits_plan_id]"] = "pro",
            ["phases[1][items][0][quantity]"] = "4",
        };
        if (price is not null)
        {
            expected["phases[1][items][0][price]"] = price;
        }
        else
        {
            expected["phases[1][items][0][price_data][currency]"] = "usd";
            expected["phases[1][items][0][price_data][unit_amount]"] = "1999";
            expected["phases[1][items][0][price_data][product]"] = "prod_1";
            expected["phases[1][items][0][price_data][recurring][interval]"] = "month";
        }

        stripe.Requests.Last().Form.ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_scheduled_is_told_as_what_is_to_come()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Answer = AnswerWithSchedule("\"sub_sched_1\"");

        var found = (await Provider(stripe).FindSubscriptionAsync("sub_1", Cancel)).ShouldNotBeNull();

        (found.PlanId, found.PriceId, found.Seats, found.PeriodEnd).ShouldBe(("max", "price_month", 4, DateTime.UnixEpoch.AddSeconds(End)));
    }

    [Fact]
    public async Task Another_change_releases_the_schedule_first()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Answer = AnswerWithSchedule("\"sub_sched_1\"");

        await Provider(stripe).ChangeSubscriptionAsync(new SubscriptionChange("sub_1", Plan with { Interval = PlanInterval.Year }, 4, true, "key"), Cancel);

        stripe.Requests.Select(request => (request.Method, request.Path)).ShouldBe([("GET", "/v1/subscriptions/sub_1"), ("GET", "/v1/subscription_schedules/sub_sched_1"), ("POST", "/v1/subscription_schedules/sub_sched_1/release"), ("POST", "/v1/subscriptions/sub_1")]);
    }

    [Fact]
    public async Task A_schedule_of_somebody_else_s_is_left_alone()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        var answer = AnswerWithSchedule("\"sub_sched_1\"");
        stripe.Answer = (request, index, context) => request.Path == "/v1/subscription_schedules/sub_sched_1"
            ? StripeStandIn.WriteAsync(context, $$$"""{"id":"sub_sched_1","object":"subscription_schedule","status":"active","phases":[{"start_date":{{{Start}}},"end_date":{{{End}}},"items":[]},{"start_date":{{{End}}},"end_date":{{{End}}},"items":[],"metadata":{}}]}""")
            : answer(request, index, context);

        var refused = await Should.ThrowAsync<PaymentProviderException>(() => Provider(stripe).ChangeSubscriptionAsync(new SubscriptionChange("sub_1", Plan, 4, true, "key"), Cancel));

        refused.Message.ShouldContain("sub_sched_1");
        stripe.Requests.ShouldAllBe(request => request.Method == "GET");
    }

    [Theory]
    [InlineData("draft", 1)]
    [InlineData("open", 1)]
    [InlineData("paid", 0)]
    public async Task One_that_was_paid_late_is_found_behind_the_latest(string status, int lists)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Answer = (request, _, context) => StripeStandIn.WriteAsync(context, request.Path == "/v1/invoices"
            ? $$"""{"object":"list","url":"/v1/invoices","has_more":false,"data":[{"id":"in_0","object":"invoice","status":"paid","created":{{Start - 86_400}},"billing_reason":"subscription_cycle","amount_paid":999,"currency":"usd"}]}"""
            : Subscription(status == "paid" ? "active" : "past_due", status));

        var found = (await Provider(stripe).FindSubscriptionAsync("sub_1", Cancel)).ShouldNotBeNull();

        found.Invoices.Select(invoice => invoice.Id).ShouldBe([lists == 1 ? "in_0" : "in_1"]);
        stripe.Requests.Where(request => request.Path == "/v1/invoices").Select(request => request.Query).ShouldBe(
            Enumerable.Repeat(new Dictionary<string, string> { ["status"] = "paid", ["subscription"] = "sub_1", ["limit"] = "3" }, lists));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_what_has_a_schedule_releases_it(bool scheduled)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        var answer = AnswerWithSchedule(scheduled ? "\"sub_sched_1\"" : "null");
        var released = false;
        stripe.Answer = (request, index, context) =>
        {
            released |= request.Path.EndsWith("/release", StringComparison.Ordinal);
            return request.Method == "POST" && request.Path == "/v1/subscriptions/sub_1" && !released
                ? StripeStandIn.WriteAsync(context, """{"error":{"type":"invalid_request_error","message":"The subscription is managed by the subscription schedule `sub_sched_1`, and updating any cancelation behavior directly is not allowed."}}""", 400)
                : answer(request, index, context);
        };

        if (scheduled)
        {
            await Provider(stripe).SetCancelAtPeriodEndAsync("sub_1", true, Cancel);
            stripe.Requests.Last().Form.ShouldBe(new Dictionary<string, string> { ["cancel_at_period_end"] = "true" });
        }
        else
        {
            (await Should.ThrowAsync<PaymentProviderException>(() => Provider(stripe).SetCancelAtPeriodEndAsync("sub_1", true, Cancel))).Message.ShouldContain("not allowed");
        }

        released.ShouldBe(scheduled);
    }

    [Fact]
    public async Task A_change_that_can_t_be_paid_is_refused_and_no_outage()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Answer = (request, _, context) => request.Method == "GET"
            ? StripeStandIn.WriteAsync(context, Subscription())
            : StripeStandIn.WriteAsync(context, """{"error":{"type":"card_error","code":"card_declined","message":"Your card was declined."}}""", 402);

        var refused = await Should.ThrowAsync<PaymentProviderException>(() => Provider(stripe).ChangeSubscriptionAsync(new SubscriptionChange("sub_1", Plan, 1, true, "key"), Cancel));

        refused.IsTransient.ShouldBeFalse();
        refused.Message.ShouldContain("Your card was declined.");
    }

    [Theory]
    [InlineData("null", "cancel_at_period_end", "false")]
    [InlineData("1796126400", "cancel_at", "")]
    public async Task What_was_cancelled_here_or_in_the_portal_goes_on_after_all(string cancelAt, string parameter, string value)
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(Subscription(cancelAt: cancelAt));

        await Provider(stripe).SetCancelAtPeriodEndAsync("sub_1", false, Cancel);

        stripe.Requests.Last().Form.ShouldBe(new Dictionary<string, string> { [parameter] = value });
    }

    [Fact]
    public async Task A_subscriber_who_was_deleted_at_Stripe_can_subscribe_again()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Answer = (request, _, context) => request.Form.ContainsKey("customer")
            ? StripeStandIn.WriteAsync(context, """{"error":{"type":"invalid_request_error","code":"resource_missing","param":"customer","message":"No such customer: 'cus_gone'"}}""", 400)
            : StripeStandIn.WriteAsync(context, """{"id":"cs_test_a1","object":"checkout.session","url":"https://checkout.stripe.com/c/pay/cs_test_a1"}""");

        var session = await Provider(stripe).CreateSubscriptionCheckoutAsync(Request() with { CustomerId = "cus_gone", Email = "ann@example.com" }, Cancel);

        session.Id.ShouldBe("cs_test_a1");
        stripe.Requests.Last().Form["customer_email"].ShouldBe("ann@example.com");
        stripe.Requests.Select(request => request.Headers["Idempotency-Key"]).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task The_same_click_has_the_same_key_and_one_from_another_page_another_one()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always("""{"id":"cs_test_a1","object":"checkout.session","url":"https://checkout.stripe.com/c/pay/cs_test_a1"}""");

        await Provider(stripe).CreateSubscriptionCheckoutAsync(Request(), Cancel);
        await Provider(stripe).CreateSubscriptionCheckoutAsync(Request(), Cancel);
        await Provider(stripe).CreateSubscriptionCheckoutAsync(Request() with { SuccessUrl = new Uri("https://shop.example/other") }, Cancel);

        var keys = stripe.Requests.Select(request => request.Headers["Idempotency-Key"]).ToList();
        keys[1].ShouldBe(keys[0]);
        keys[2].ShouldNotBe(keys[0]);
    }

    [Fact]
    public async Task Texts_that_Stripe_would_refuse_are_cut_or_left_out()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always("""{"id":"cs_test_a1","object":"checkout.session","url":"https://checkout.stripe.com/c/pay/cs_test_a1"}""");

        await Provider(stripe).CreateSubscriptionCheckoutAsync(Request() with { Plan = Plan with { Name = new string('n', 501), Description = " " } }, Cancel);

        var form = stripe.Requests.ShouldHaveSingleItem().Form;
        form["subscription_data[description]"].Length.ShouldBe(500);
        form.ShouldNotContainKey("line_items[0][price_data][product_data][description]");
    }

    [Fact]
    public async Task Cancelling_sets_the_flag_and_a_checkout_is_ended_only_while_it_is_open()
    {
        await using var stripe = await StripeStandIn.StartAsync();
        stripe.Always(Subscription());
        await Provider(stripe).SetCancelAtPeriodEndAsync("sub_1", true, Cancel);
        stripe.Requests.ShouldHaveSingleItem().Form.ShouldBe(new Dictionary<string, string> { ["cancel_at_period_end"] = "true" });

        stripe.Requests.Clear();
        stripe.Always("""{"id":"cs_test_a1","object":"checkout.session","status":"open"}""");
        await Provider(stripe).EndCheckoutAsync("cs_test_a1", Cancel);
        stripe.Requests.Select(request => (request.Method, request.Path)).ShouldBe([("GET", "/v1/checkout/sessions/cs_test_a1"), ("POST", "/v1/checkout/sessions/cs_test_a1/expire")]);

        stripe.Requests.Clear();
        stripe.Always("""{"id":"cs_test_a1","object":"checkout.session","status":"complete"}""");
        await Provider(stripe).EndCheckoutAsync("cs_test_a1", Cancel);
        stripe.Requests.ShouldHaveSingleItem().Method.ShouldBe("GET");
    }

    [Theory]
    [InlineData("customer.subscription.updated", """{"id":"sub_1","object":"subscription"}""", "sub_1")]
    [InlineData("customer.subscription.deleted", """{"id":"sub_1","object":"subscription"}""", "sub_1")]
    [InlineData("invoice.paid", """{"id":"in_1","object":"invoice","parent":{"type":"subscription_details","subscription_details":{"subscription":"sub_1"}}}""", "sub_1")]
    [InlineData("invoice.payment_failed", """{"id":"in_1","object":"invoice","subscription":"sub_1"}""", "sub_1")]
    [InlineData("invoice.paid", """{"id":"in_1","object":"invoice","parent":{"subscription_details":{"subscription":{"id":"sub_1"}}}}""", "sub_1")]
    [InlineData("checkout.session.completed", """{"id":"cs_test_a1","object":"checkout.session","mode":"subscription"}""", "cs_test_a1")]
    public async Task An_event_points_at_its_subscription_in_every_version_of_the_API(string type, string subject, string expected)
    {
        await using var stripe = await StripeStandIn.StartAsync();

        var result = Read(stripe, type, subject);

        result.ShouldBeOfType<WebhookResult.SubscriptionChanged>().Event.ShouldBe(new SubscriptionEvent("evt_1", type, expected, DateTime.UnixEpoch.AddSeconds(Start)));
    }

    [Theory]
    [InlineData("invoice.paid", """{"id":"in_1","object":"invoice"}""")]
    [InlineData("invoice.paid", """{"id":"in_1","object":"invoice","parent":null,"subscription":null}""")]
    public async Task An_invoice_without_a_subscription_is_nothing_of_ours(string type, string subject)
    {
        await using var stripe = await StripeStandIn.StartAsync();

        Read(stripe, type, subject).ShouldBe(new WebhookResult.Ignored(type));
    }

    [Theory]
    [InlineData("customer.subscription.updated", """{"id":"../../v1/refunds","object":"subscription"}""")]
    [InlineData("customer.subscription.updated", """{"id":5}""")]
    [InlineData("invoice.paid", """{"subscription":"cus_1"}""")]
    public async Task An_event_that_points_nowhere_is_refused(string type, string subject)
    {
        await using var stripe = await StripeStandIn.StartAsync();

        Read(stripe, type, subject).ShouldBeOfType<WebhookResult.Rejected>();
    }

    private static WebhookResult Read(StripeStandIn stripe, string type, string subject)
    {
        const string Secret = "whsec_standin0123456789";
        var body = Encoding.UTF8.GetBytes($$"""{"id":"evt_1","object":"event","type":"{{type}}","created":{{Start}},"data":{"object":{{subject}} } }""");
        var seconds = stripe.Clock.GetUtcNow().ToUnixTimeSeconds();
        var hash = System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), (byte[])[.. Encoding.ASCII.GetBytes($"{seconds}."), .. body]);
        var header = $"t={seconds},v1={Convert.ToHexStringLower(hash)}";
        return stripe.Provider(options => options.WebhookSecrets.Add(Secret)).ReadWebhook(new WebhookRequest(body, name => name == "Stripe-Signature" ? header : null));
    }

    private static ISubscriptionProvider Provider(StripeStandIn stripe) => stripe.Provider().ShouldBeAssignableTo<ISubscriptionProvider>()!;

    // A yearly subscription, with a schedule or without.
    private static Func<SeenRequest, int, Microsoft.AspNetCore.Http.HttpContext, Task> AnswerWithSchedule(string scheduleId) => (request, _, context) => StripeStandIn.WriteAsync(context, request.Path.StartsWith("/v1/subscription_schedules", StringComparison.Ordinal)
        ? $$"""
            {"id":"sub_sched_1","object":"subscription_schedule","status":"active","subscription":"sub_1","current_phase":{"start_date":{{Start}},"end_date":{{End}} },
            "phases":[ {"start_date":{{Start}},"end_date":{{End}},"discounts":[{"coupon":"half","discount":"di_1"}],"default_payment_method":"pm_1","collection_method":"charge_automatically","items":[{"price":"price_year","quantity":2}],"metadata":{} }
            {{(scheduleId == "null" ? "" : $$""",{"start_date":{{End}},"end_date":{{End + 2_592_000}},"items":[{"price":"price_month","quantity":4}],"metadata":{"aicredits_plan_id":"max"} }""")}} ] }
            """
        : Subscription().Replace("\"product\": \"prod_1\"", "\"product\": \"prod_1\", \"recurring\": { \"interval\": \"year\" }", StringComparison.Ordinal).Replace("\"cancel_at\"", $"\"schedule\": {scheduleId}, \"cancel_at\"", StringComparison.Ordinal));

    private static SubscriptionCheckoutRequest Request() => new()
    {
        SubscriptionId = Guid.Parse(Id),
        Plan = Plan,
        Seats = 1,
        SuccessUrl = new Uri("https://shop.example/ok"),
        CancelUrl = new Uri("https://shop.example/no"),
    };

    private static string Subscription(string status = "active", string invoice = "paid", string reason = "subscription_cycle", string pause = "null", long invoiced = Start, string cancelAt = "null") => $$"""
        {
          "id": "sub_1", "object": "subscription", "status": "{{status}}", "customer": "cus_1", "cancel_at_period_end": false, "cancel_at": {{cancelAt}}, "pause_collection": {{pause}}, "trial_end": {{(status == "trialing" ? End.ToString(System.Globalization.CultureInfo.InvariantCulture) : "null")}},
          "metadata": { "aicredits_subscription_id": "{{Id}}", "aicredits_plan_id": "pro" },
          "items": { "object": "list", "data": [ { "id": "si_1", "object": "subscription_item", "quantity": 2, "current_period_start": {{Start}}, "current_period_end": {{End}}, "price": { "id": "price_1", "object": "price", "product": "prod_1" } } ] },
          "latest_invoice": { "id": "in_1", "object": "invoice", "status": "{{invoice}}", "created": {{invoiced}}, "billing_reason": "{{reason}}", "amount_paid": 2379, "currency": "usd", "lines": { "object": "list", "data": [ { "id": "il_1", "object": "line_item", "period": { "start": {{(reason == "subscription_update" ? invoiced - (invoiced % 10) : Start)}}, "end": {{End}} } } ] } }
        }
        """;
}
