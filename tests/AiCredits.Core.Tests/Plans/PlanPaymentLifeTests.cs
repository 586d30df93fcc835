using AiCredits.Conformance.Purchases;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Metering;
using AiCredits.Payments;
using AiCredits.Plans;
using AiCredits.Pricing;
using AiCredits.Purchases;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AiCredits.Core.Tests.Plans;

/// <summary>
/// Random lives of a plan whose payments are refunded and disputed, with events in any order, spends in between, and a
/// process that dies at any step: what the account has in the end follows from the facts and from what it spent.
/// </summary>
public sealed class PlanPaymentLifeTests
{
    private const decimal Total = 10;
    private const decimal Refill = 100;
    private static readonly AccountId Ann = new("ann");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_dies_when_an_account_has_what_stays_paid_less_what_it_spent()
    {
        var (died, taken, owed) = (0, 0, 0);
        for (var seed = 1; seed <= 1_000; seed++)
        {
            await using var life = new Life(seed);
            var (tookBack, debt) = await life.LiveAsync();
            died += life.Deaths;
            taken += tookBack ? 1 : 0;
            owed += debt ? 1 : 0;
        }

        died.ShouldBeGreaterThan(500, "Otherwise nothing was tried.");
        taken.ShouldBeGreaterThan(100);
        owed.ShouldBeGreaterThan(20);
    }

    private sealed class Life : IAsyncDisposable
    {
        private readonly Random random;
        private readonly int seed;
        private readonly Crashes crashes = new();
        private readonly FakeSubscriptions provider = new();
        private readonly ScriptedPayments payments;
        private readonly CoreApp app;
        private readonly List<(decimal Value, decimal Share, decimal Late)> ends = [];
        private decimal spent;

        public Life(int seed)
        {
            this.seed = seed;
            random = new Random(seed);
            crashes.Seed(seed);
            payments = new ScriptedPayments(crashes) { Name = provider.Name };
            app = new CoreApp(
                build: builder =>
                {
                    builder.Services.AddSingleton<ISubscriptionProvider>(provider);
                    builder.Services.AddSingleton<IPaymentProvider>(payments);
                    builder.Services.Replace(ServiceDescriptor.Singleton<ICreditStore>(services => new CrashingLedger(services.GetRequiredService<MemoryCreditStore>(), crashes)));
                    builder.Services.Replace(ServiceDescriptor.Singleton<IPurchaseStore>(services => new CrashingPurchases(services.GetRequiredService<MemoryPurchaseStore>(), crashes)));
                },
                configure: options =>
                {
                    options.WelcomeCredits = 0;
                    options.Plans["basic"] = new() { Price = Total, Credits = Refill };
                });
        }

        public int Deaths => crashes.Count;

        private DateTime Now => app.Clock.GetUtcNow().UtcDateTime;

        private SubscriptionDesk Desk => app.Get<SubscriptionDesk>();

        public async Task<(bool Taken, bool Owed)> LiveAsync()
        {
            var start = Now;
            var opened = (SubscribeResult.Opened)await Desk.SubscribeAsync(PlanApp.Order("basic"), Cancel);
            for (var month = 0; month < 3; month++)
            {
                app.Clock.Advance(start.AddMonths(month) > Now ? start.AddMonths(month) - Now : TimeSpan.Zero);
                Pay(month);
                crashes.PerMille = 60;
                await SurviveAsync(async () => await Desk.HandleAsync(new SubscriptionEvent($"evt_{month}", "invoice.paid", "sub_1", Now), Cancel));
                for (var step = 0; step < 10; step++)
                {
                    await SurviveAsync(() => StepAsync(month));
                    app.Clock.Advance(TimeSpan.FromDays(random.Next(0, 3)));
                }

                await SettleAsync(month, opened.Subscription.Id);
                crashes.PerMille = 0;
                await CheckAsync(month);
            }

            return (payments[InvoiceOf(0)].Refunded + payments[InvoiceOf(1)].DisputesLost > 0, (await StateAsync()).Debt > Credits.Zero);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private static string InvoiceOf(int month) => $"in_{month}";

        private void Pay(int month)
        {
            var invoices = provider.Facts?.Invoices ?? [];
            provider.Pay(Now);
            var invoice = new ProviderInvoice(InvoiceOf(month), new Money(Total, "USD"), Now, true) { PaysUntil = provider.Facts!.PeriodEnd };
            provider.Facts = provider.Facts with { Invoices = [.. invoices, invoice] };
            payments[invoice.Id] = new Payment { CheckoutId = invoice.Id, PaymentId = $"pi_{invoice.Id}", Status = PaymentStatus.Paid, Total = invoice.Total };
        }

        private async Task StepAsync(int month)
        {
            var invoice = InvoiceOf(random.Next(month + 1));
            var payment = payments[invoice];
            var rest = payment.Total.Amount - payment.Refunded - payment.Disputed - payment.DisputesLost;
            switch (random.Next(9))
            {
                case 0:
                    payments[invoice] = payment with { Refunded = payment.Refunded + Math.Min(rest, random.Next(1, 8)) };
                    break;
                case 1 when invoice == InvoiceOf(month):
                    payments[invoice] = payment with { Disputed = payment.Disputed + rest };
                    break;
                case 2:
                    Close(invoice);
                    break;
                case 3 or 4:
                    await SpendAsync();
                    break;
                case 5:
                    await Desk.HandleAsync(new SubscriptionEvent("evt", "customer.subscription.updated", "sub_1", Now), Cancel);
                    break;
                case 6:
                    await Desk.SweepAsync(10, Cancel);
                    break;
                case 7:
                    await app.Get<PurchaseDesk>().ReconcileAsync(10, Cancel);
                    break;
                default:
                    await app.Get<PurchaseDesk>().HandleAsync(new PaymentEvent("evt", "charge.refunded", $"pi_{invoice}", Now), Cancel);
                    break;
            }
        }

        private void Close(string invoice)
        {
            var payment = payments[invoice];
            payments[invoice] = random.Next(2) == 0 ? payment with { Disputed = 0 } : payment with { Disputed = 0, DisputesLost = payment.DisputesLost + payment.Disputed };
        }

        private async Task SpendAsync()
        {
            var available = (await StateAsync()).Available.ToDecimal();
            if (available < 1)
            {
                return;
            }

            var before = crashes.PerMille;
            crashes.PerMille = 0;
            var amount = random.Next(1, (int)available + 1);
            var admitted = (Admission.Admitted)await app.Meter.HoldAsync(new GenerationRequest(new Caller.Account(Ann), new PriceQuote("flux-dev", 1, amount, "v")), Cancel);
            await app.Meter.SettleAsync(admitted.Ticket, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }, cancellationToken: Cancel);
            spent += amount;
            crashes.PerMille = before;
        }

        private async Task SettleAsync(int month, Guid subscription)
        {
            for (var one = 0; one <= month; one++)
            {
                Close(InvoiceOf(one));
                await SurviveAsync(async () => await app.Get<PurchaseDesk>().HandleAsync(new PaymentEvent("evt", "charge.dispute.closed", $"pi_{InvoiceOf(one)}", Now), Cancel));
            }

            await SurviveAsync(async () => await Desk.ConfirmAsync(subscription, Cancel));
        }

        private async Task CheckAsync(int month)
        {
            // What was left of the months before has ended with them, but what was owed goes on; and what went back of their
            // money since then is owed beyond what was left.
            var expected = Math.Min(0, month == 0 ? 0 : ends[month - 1].Value) + Refill - ShareOf(month) - spent;
            for (var before = 0; before < month; before++)
            {
                var late = Math.Max(0, ShareOf(before) - ends[before].Share - Math.Max(0, ends[before].Value));
                expected -= late - ends[before].Late;
                ends[before] = ends[before] with { Late = late };
            }

            ends.Add((expected, ShareOf(month), 0));
            spent = 0;

            var state = await StateAsync();
            (state.Available - state.Debt).ToDecimal().ShouldBe(expected, $"seed {seed}, month {month}");
            (await app.Get<IntegrityCheck>().RunAsync(cancellationToken: Cancel)).Faults.ShouldBeEmpty($"seed {seed}");
            (await app.Get<IPurchaseStore>().ListAsync(new PurchaseQuery(Ann), Cancel)).Count.ShouldBe(month + 1, $"seed {seed}");
        }

        private decimal ShareOf(int month) => (payments[InvoiceOf(month)].Refunded + payments[InvoiceOf(month)].DisputesLost) * Refill / Total;

        private async Task<AccountState> StateAsync() => (await app.Get<MemoryCreditStore>().GetAccountAsync(Ann, Cancel)).State;

        private static async Task SurviveAsync(Func<Task> act)
        {
            while (true)
            {
                try
                {
                    await act();
                    return;
                }
                catch (CrashException)
                {
                }
            }
        }
    }
}
