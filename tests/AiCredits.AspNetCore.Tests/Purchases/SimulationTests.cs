using System.Net;
using AiCredits.AspNetCore.Simulation;
using AiCredits.Payments;
using AiCredits.Plans;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Purchases;

/// <summary>What the simulation remembers, and where it shows it.</summary>
public sealed class SimulationTests : IDisposable
{
    private static readonly Uri Home = new("https://shop.example/account");
    private static readonly CreditPlan Plan = new("unlimited", "Unlimited", new Money(49.5m, "USD"), PlanInterval.Year, Credits.Zero)
    {
        Description = "As much as you like",
        FairUse = new FairUse(500, TimeSpan.FromDays(1)) { RateCredits = 100.000001m },
        RollOverCap = 12.5m,
        TrialDays = 7,
        MaxSeats = 5,
    };

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("simulation-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_a_folder_payments_and_plans_outlive_the_process()
    {
        var request = new CheckoutRequest { PurchaseId = Guid.CreateVersion7(), PackId = "creator", Title = "110 <credits>", Price = new Money(14.99m, "USD"), SuccessUrl = Home, CancelUrl = Home, Email = "ann@example.com" };
        var subscribe = new SubscriptionCheckoutRequest { SubscriptionId = Guid.CreateVersion7(), Plan = Plan, Seats = 3, TrialDays = 7, SuccessUrl = Home, CancelUrl = Home };
        string checkoutId, subscriptionId;
        Payment? payment;
        ProviderSubscription? subscription;
        await using (var app = await StartAsync())
        {
            var payments = app.Services.GetRequiredService<IPaymentProvider>().ShouldBeOfType<SimulatedPaymentProvider>();
            checkoutId = (await payments.CreateCheckoutAsync(request, Cancel)).Id;
            payments.Act(checkoutId, SimulatedAct.Pay).ShouldNotBeNull();
            await payments.RefundAsync(new RefundRequest(checkoutId, "sim_pi", new Money(4.99m, "USD"), "key"), Cancel);
            payment = await payments.FindPaymentAsync(checkoutId, Cancel);
            var plans = app.Services.GetRequiredService<ISubscriptionProvider>().ShouldBeOfType<SimulatedSubscriptionProvider>();
            subscriptionId = (await plans.CreateSubscriptionCheckoutAsync(subscribe, Cancel)).Id;
            plans.Act(subscriptionId, SimulatedSubscriptionAct.Subscribe);
            plans.Act(subscriptionId, SimulatedSubscriptionAct.Cancel);
            subscription = await plans.FindSubscriptionAsync(subscriptionId, Cancel);
        }

        await using var restarted = await StartAsync();
        var again = restarted.Services.GetRequiredService<IPaymentProvider>().ShouldBeOfType<SimulatedPaymentProvider>();
        (await again.FindPaymentAsync(checkoutId, Cancel)).ShouldBe(payment.ShouldNotBeNull());
        (await again.FindPaymentAsync(payment.PaymentId!, Cancel)).ShouldBe(payment);
        again.Find(checkoutId)!.Request.ShouldBe(request);

        // The refund that was made is not made again; the rest can be.
        await again.RefundAsync(new RefundRequest(checkoutId, "sim_pi", new Money(4.99m, "USD"), "key"), Cancel);
        (await again.FindPaymentAsync(checkoutId, Cancel))!.Refunded.ShouldBe(4.99m);
        again.Act(checkoutId, SimulatedAct.RefundAll).ShouldNotBeNull();
        (await again.FindPaymentAsync(checkoutId, Cancel))!.Refunded.ShouldBe(14.99m);

        var kept = restarted.Services.GetRequiredService<ISubscriptionProvider>().ShouldBeOfType<SimulatedSubscriptionProvider>();
        subscription.ShouldNotBeNull().CancelAtPeriodEnd.ShouldBeTrue();
        var after = (await kept.FindSubscriptionAsync(subscriptionId, Cancel)).ShouldNotBeNull();
        after.Invoices.ShouldBe(subscription.Invoices);
        (after with { Invoices = subscription.Invoices }).ShouldBe(subscription);
        kept.Find(subscriptionId)!.Plan.ShouldBe(Plan);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"Id\":\"sim_cs_1\"}")]
    public async Task A_damaged_file_stops_the_start_and_names_the_fix(string content)
    {
        await File.WriteAllTextAsync(Path.Combine(folder.CreateSubdirectory("checkouts").FullName, "sim_cs_1.json"), content, Cancel);

        var exception = await Should.ThrowAsync<InvalidOperationException>(() => StartAsync());

        exception.Message.ShouldStartWith("AIC1411: AiCredits:Http:SimulatedPaymentsFolder is ");
        exception.Message.ShouldContain("delete what is in it");
    }

    [Fact]
    public async Task The_portal_lists_what_its_customer_has_bought()
    {
        await using var app = await StartAsync();
        await using var shop = new Shop(app);
        var (_, page) = await shop.BuyAsync();
        using var paid = await shop.PressAsync(page, "Pay");
        var (_, second) = await shop.BuyAsync("starter");
        using var later = await shop.PressAsync(second, "PayLater");
        var (_, foreign) = await shop.BuyAsync("pro", "bob");
        using var bobs = await shop.PressAsync(foreign, "Pay");

        var portal = new Uri((await app.JsonAsync("/api/credits/portal?returnUrl=/account", "alice")).GetProperty("url").GetString()!).AbsolutePath;
        var html = await app.Client.GetStringAsync(new Uri(portal, UriKind.Relative), Cancel);

        html.ShouldContain("This is a simulation.");
        html.ShouldContain($"href=\"{page}\"");
        html.ShouldContain($"href=\"{second}\"");
        html.ShouldNotContain(foreign);
        html.ShouldContain("Paid.");
        html.ShouldContain("The money is on its way");
        html.ShouldContain("href=\"http://localhost/account\"");
        using var style = await app.GetAsync(portal[..(portal.LastIndexOf('/') + 1)] + "page.css");
        style.Content.Headers.ContentType!.MediaType.ShouldBe("text/css");
        using var unknown = await app.GetAsync(portal + "0");
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        app.Clock.Advance(TimeSpan.FromHours(1));
        using var over = await app.GetAsync(portal);
        over.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Nobody_s_portal_can_be_opened_by_a_customer_id_that_was_made_up()
    {
        await using var app = await StartAsync();

        (await app.Services.GetRequiredService<IPaymentProvider>().CreatePortalAsync("sim_cus_1", Home, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Below_a_path_base_the_pages_are_below_it_too()
    {
        await using var app = await StartAsync("/shop");
        await using var shop = new Shop(app);
        using var begun = await shop.PostAsync("/shop/api/credits/checkout", new { packId = "creator" });
        var page = new Uri((await TestApp.ReadAsync(begun)).GetProperty("url").GetString()!).AbsolutePath;
        page.ShouldStartWith("/shop/api/credits/simulated-checkout/");

        using var paid = await shop.PressAsync(page, "Pay");

        paid.Headers.Location!.AbsolutePath.ShouldBe("/shop/");
        (await app.JsonAsync("/shop/api/credits", "alice")).GetProperty("credits").GetProperty("balance").GetDecimal().ShouldBe(160);
        var portal = new Uri((await app.JsonAsync("/shop/api/credits/portal", "alice")).GetProperty("url").GetString()!).AbsolutePath;
        (await app.Client.GetStringAsync(new Uri(portal, UriKind.Relative), Cancel)).ShouldContain($"href=\"{page}\"");
    }

    [Fact]
    public async Task Who_reloads_for_ever_does_not_have_the_provider_asked_for_ever()
    {
        var provider = new Counting();
        await using var app = await TestApp.StartAsync(services: services => services.AddSingleton<IPaymentProvider>(provider), environment: "Development");
        await using var shop = new Shop(app);
        using var begun = await shop.PostAsync("/api/credits/checkout", new { packId = "creator" });
        var id = (await TestApp.ReadAsync(begun)).GetProperty("purchaseId").GetGuid();

        for (var look = 0; look < 200; look++)
        {
            (await shop.StatusAsync(id)).ShouldBe("pending");
        }

        // Ten at once and one for each second that the loop took, which nobody gives a minute.
        provider.Looks.ShouldBeInRange(10, 70);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private Task<TestApp> StartAsync(string? pathBase = null) => TestApp.StartAsync(
        services: services => services.Configure<AiCreditsHttpOptions>(options => options.SimulatedPaymentsFolder = folder.FullName),
        environment: "Development",
        pathBase: pathBase);

    private sealed class Counting : IPaymentProvider
    {
        private int looks;

        public int Looks => looks;

        public string Name => "counting";

        public Task<CheckoutSession> CreateCheckoutAsync(CheckoutRequest request, CancellationToken cancellationToken = default) => Task.FromResult(new CheckoutSession("cs_1", Home, null));

        public WebhookResult ReadWebhook(WebhookRequest request) => new WebhookResult.Rejected("None.");

        public Task<Payment?> FindPaymentAsync(string id, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref looks);
            return Task.FromResult<Payment?>(new Payment { CheckoutId = "cs_1", Status = PaymentStatus.Open, Subtotal = new Money(14.99m, "USD"), Total = new Money(14.99m, "USD") });
        }

        public Task RefundAsync(RefundRequest request, CancellationToken cancellationToken = default) => throw new PaymentProviderException("Nothing is refunded here.");

        public Task<Uri?> CreatePortalAsync(string customerId, Uri returnUrl, CancellationToken cancellationToken = default) => Task.FromResult<Uri?>(null);
    }
}
