using AiCredits.Conformance.Purchases;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Metering;
using AiCredits.Payments;
using AiCredits.Plans;
using AiCredits.Pricing;
using AiCredits.Purchases;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.Core.Tests.Plans;

/// <summary>An app with a few plans and an account that subscribes to them.</summary>
internal sealed class PlanApp : IAsyncDisposable
{
    public static readonly AccountId Ann = new("ann");

    public PlanApp(Action<AiCreditsOptions>? configure = null)
    {
        App = new CoreApp(
            build: builder => builder.Services.AddSingleton<ISubscriptionProvider>(Provider).AddSingleton<IPaymentProvider>(Payments),
            configure: options =>
            {
                options.WelcomeCredits = 0;
                options.Plans["basic"] = new() { Price = 5, Credits = 100 };
                options.Plans["plus"] = new() { Price = 9, Credits = 200, RollOverCap = 150 };
                options.Plans["annual"] = new() { Price = 50, Interval = PlanInterval.Year, Credits = 100 };
                options.Plans["trial"] = new() { Price = 5, Credits = 100, TrialDays = 7, TrialCredits = 10 };
                options.Plans["team"] = new() { Price = 5, Credits = 100, MinSeats = 2, MaxSeats = 10 };
                options.Plans["unlimited"] = new() { Price = 30, FairUseCredits = 50, FairUseWindow = TimeSpan.FromHours(24) };
                options.Plans["paced"] = new() { Price = 30, FairUseCredits = 50, FairUseWindow = TimeSpan.FromHours(24), FairUseRateCredits = 20, FairUseRateWindow = TimeSpan.FromHours(6) };
                configure?.Invoke(options);
            });
    }

    public CoreApp App { get; }

    public FakeSubscriptions Provider { get; } = new();

    /// <summary>What became of the money of invoices.</summary>
    public ScriptedPayments Payments { get; } = new() { Name = "fake" };

    public SubscriptionDesk Desk => App.Get<SubscriptionDesk>();

    public DateTime Now => App.Clock.GetUtcNow().UtcDateTime;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Subscribes, pays and lets the webhook come.</summary>
    public async Task<Subscription> SubscribeAsync(string plan, int months = 1, int? seats = null)
    {
        var opened = (await Desk.SubscribeAsync(Order(plan, seats), Cancel)).ShouldBeOfType<SubscribeResult.Opened>();
        Provider.Pay(Now, plan, months, opened.Subscription.Seats);
        return (await Desk.ConfirmAsync(opened.Subscription.Id, Cancel)).ShouldNotBeNull();
    }

    /// <summary>An invoice that is paid, as the provider tells of it from now on.</summary>
    public void Invoice(string id, decimal total, bool isPeriod = true)
    {
        var invoice = new ProviderInvoice(id, new Money(total, "USD"), Now, isPeriod) { PaysUntil = Provider.Facts!.PeriodEnd };
        Provider.Facts = Provider.Facts with { Invoices = [.. Provider.Facts.Invoices, invoice] };
        Payments[id] = new Payment { CheckoutId = id, PaymentId = $"pi_{id}", Status = PaymentStatus.Paid, Total = invoice.Total };
    }

    /// <summary>Something becomes of an invoice's money, and the webhook comes.</summary>
    public async Task<Purchase> ReturnAsync(string invoice, Func<Payment, Payment> change)
    {
        Payments[invoice] = change(Payments[invoice]);
        return (await App.Get<PurchaseDesk>().HandleAsync(new PaymentEvent("evt_1", "charge.refunded", $"pi_{invoice}", Now), Cancel)).ShouldNotBeNull();
    }

    public static SubscribeOrder Order(string plan, int? seats = null) => new(Ann, plan, (id, paid) => new Uri($"https://shop.example/?s={id}&ok={paid}")) { Seats = seats };

    public Task SweepAsync() => App.Sweep<SubscriptionSweeper>().SweepAsync(Cancel);

    public async Task<Credits> BalanceAsync() => (await App.Store.GetAccountAsync(Ann, Cancel)).State.Available;

    /// <summary>Lets time pass and everything that is due happen.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        App.Clock.Advance(time);
        await SweepAsync();
    }

    public async Task<Admission> TryAsync(Credits price, string? key = null) =>
        await App.Meter.HoldAsync(new GenerationRequest(new Caller.Account(Ann), new PriceQuote("flux-dev", 1, price, "v")) { Key = key }, Cancel);

    public async Task SpendAsync(Credits amount)
    {
        var ticket = (await TryAsync(amount)).ShouldBeOfType<Admission.Admitted>().Ticket;
        await App.Meter.SettleAsync(ticket, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }, cancellationToken: Cancel);
    }

    public async Task ProveAsync() => (await App.Get<IntegrityCheck>().RunAsync(cancellationToken: Cancel)).Faults.ShouldBeEmpty();

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
