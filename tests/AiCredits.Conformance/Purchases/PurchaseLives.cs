using System.Numerics;
using AiCredits.Events;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Packs;
using AiCredits.Payments;
using AiCredits.Purchases;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.Conformance.Purchases;

/// <summary>
/// Random lives of purchases on one app: paid at once or later or never, refunded, disputed, won, lost, with events lost,
/// repeated and out of order, between spends, several at once, and the process dying between any two steps. Whatever the
/// order, the end must be what the payment's facts imply.
/// </summary>
public sealed class PurchaseLives
{
    private readonly Crashes crashes;
    private readonly FakeTimeProvider clock;
    private readonly IServiceProvider services;
    private readonly ScriptedPayments payments;
    private readonly PurchaseDesk desk;

    private PurchaseLives(IServiceProvider services, Crashes crashes, FakeTimeProvider clock)
    {
        this.services = services;
        this.crashes = crashes;
        this.clock = clock;
        payments = (ScriptedPayments)services.GetRequiredService<IPaymentProvider>();
        desk = services.GetRequiredService<PurchaseDesk>();
    }

    /// <summary>How many times the process has died in all lives.</summary>
    public int Deaths => crashes.Count;

    /// <summary>How many lives ended in each status.</summary>
    public SortedDictionary<PurchaseStatus, int> Ends { get; } = [];

    /// <summary>The ledger behind the one that dies.</summary>
    private ICreditStore Ledger => services.GetRequiredKeyedService<ICreditStore>("sound");

    private IPurchaseStore Purchases => services.GetRequiredKeyedService<IPurchaseStore>("sound");

    /// <summary>Starts an app whose store and provider die now and then.</summary>
    /// <param name="clock">The app's clock.</param>
    /// <param name="startAsync">Builds and starts the app: calls its argument once the stores are registered.</param>
    public static async Task<PurchaseLives> StartAsync(FakeTimeProvider clock, Func<Action<IServiceCollection>, Task<IServiceProvider>> startAsync)
    {
        ArgumentNullException.ThrowIfNull(startAsync);
        var crashes = new Crashes();
        return new PurchaseLives(await startAsync(Break), crashes, clock);

        void Break(IServiceCollection collection)
        {
            Around<ICreditStore>(collection, inner => new CrashingLedger(inner, crashes));
            Around<IPurchaseStore>(collection, inner => new CrashingPurchases(inner, crashes));
            collection.Replace(ServiceDescriptor.Singleton<IPaymentProvider>(new ScriptedPayments(crashes) { Total = price => price with { Amount = price.Amount + 1.07m } }));
        }
    }

    /// <summary>Lives one life and checks its end.</summary>
    public async Task LiveAsync(int seed)
    {
        var random = new Random(seed);
        var account = new AccountId($"buyer-{seed}");
        crashes.Seed(seed);
        crashes.PerMille = 0;
        await Ledger.ExecuteAsync(new GrantCommand(account, GrantKind.Welcome, 20) { Key = "welcome" });
        crashes.PerMille = random.Next(3) * 40;
        var purchase = await BuyAsync(account, random);
        var life = new Life(account, purchase, ScriptedPayments.CheckoutOf(purchase.Id), random);
        for (var step = random.Next(6, 26); step > 0; step--)
        {
            await StepAsync(life);
        }

        await EndAsync(life);
        await CheckAsync(life, $"seed {seed}");
    }

    /// <summary>Proves every account from its entries.</summary>
    public async Task ProveAsync()
    {
        var report = await services.GetRequiredService<IntegrityCheck>().RunAsync();
        report.Faults.ShouldBeEmpty();
        report.Accounts.ShouldBePositive();
    }

    private static void Around<T>(IServiceCollection collection, Func<T, T> make)
        where T : class
    {
        var inner = collection.Last(service => service.ServiceType == typeof(T) && !service.IsKeyedService);
        collection.Remove(inner);
        collection.AddKeyedSingleton("sound", (provider, _) => (T)(inner.ImplementationInstance
            ?? inner.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!)));
        collection.AddSingleton(provider => make(provider.GetRequiredKeyedService<T>("sound")));
    }

    private async Task<Purchase> BuyAsync(AccountId account, Random random)
    {
        var packs = services.GetRequiredService<IPackCatalog>().Packs;
        var order = new CheckoutOrder(account, packs[random.Next(packs.Count)].Id, (id, _) => new Uri($"https://shop.example/{id}")) { ClientKey = "click" };
        while (true)
        {
            try
            {
                return (await desk.BeginAsync(order)).ShouldBeOfType<CheckoutResult.Opened>().Purchase;
            }
            catch (CrashException)
            {
                // The buyer clicks again.
            }
        }
    }

    private async Task StepAsync(Life life)
    {
        var random = life.Random;
        switch (random.Next(11))
        {
            case 0 or 1 or 2:
                life.Tell(Change(life));
                break;
            case 3:
                life.Tell(random.Next(3));
                break;
            case 4 or 5:
                await DeliverAsync(life);
                break;
            case 6:
                await QuietlyAsync(() => desk.ConfirmAsync(life.Purchase.Id).AsTask());
                break;
            case 7:
                clock.Advance(TimeSpan.FromMinutes(random.Next(1, 600)));
                await QuietlyAsync(() => desk.ReconcileAsync(1000).AsTask());
                break;
            case 8:
                await OrderRefundAsync(life);
                break;
            case 9:
                await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => QuietlyAsync(() => Task.Run(() => desk.ConfirmAsync(life.Purchase.Id).AsTask()))));
                break;
            default:
                await SpendAsync(life);
                break;
        }
    }

    // What can happen to a payment next, and how many events it causes.
    private int Change(Life life)
    {
        var random = life.Random;
        var payment = payments[life.CheckoutId];
        var left = payment.Total.Amount - payment.Refunded - payment.Disputed - payment.DisputesLost;
        var changed = (payment.Status, random.Next(6)) switch
        {
            (PaymentStatus.Open, 0) => payment with { Status = PaymentStatus.Processing },
            (PaymentStatus.Open, 1) => payment with { Status = PaymentStatus.Expired },
            (PaymentStatus.Open, _) => Paid(payment),
            (PaymentStatus.Processing, 0) => payment with { Status = PaymentStatus.Failed },
            (PaymentStatus.Processing, _) => Paid(payment),
            (PaymentStatus.Paid, 0) when left > 0 => payment with { Refunded = payment.Refunded + Math.Round(left * random.Next(1, 100) / 100, 2) },
            (PaymentStatus.Paid, 1) when left > 0 && random.Next(3) == 0 => payment with { Refunded = payment.Refunded + left },
            (PaymentStatus.Paid, 2) when left > 0 && payment.Disputed == 0 => payment with { Disputed = random.Next(4) == 0 ? Math.Round(left / 2, 2) : left },
            (PaymentStatus.Paid, 3) when payment.Disputed > 0 => payment with { Disputed = 0 },
            (PaymentStatus.Paid, 4) when payment.Disputed > 0 => payment with { Disputed = 0, DisputesLost = payment.DisputesLost + payment.Disputed },
            // A refund that failed, and a dispute won on appeal.
            (PaymentStatus.Paid, 5) when payment.Refunded > 0 && random.Next(3) == 0 => payment with { Refunded = 0 },
            (PaymentStatus.Paid, 5) when payment.DisputesLost > 0 && random.Next(3) == 0 => payment with { DisputesLost = 0 },
            _ => payment,
        };
        payments[life.CheckoutId] = changed;
        return changed == payment ? 0 : random.Next(4);

        Payment Paid(Payment open) => open with { Status = PaymentStatus.Paid, PaymentId = $"pi_{life.Purchase.Id:N}", CustomerId = "cus_1" };
    }

    // An admin orders a refund, or orders it again, or another one under the same key.
    private async Task OrderRefundAsync(Life life)
    {
        var order = new RefundOrder(life.Purchase.Id, $"ticket-{life.Random.Next(3)}")
        {
            Amount = life.Random.Next(3) == 0 ? null : Math.Round(life.Purchase.Price.Amount * life.Random.Next(1, 100) / 100, 2),
        };
        try
        {
            await QuietlyAsync(() => desk.RefundAsync(order).AsTask());
        }
        catch (PaymentProviderException)
        {
            // More than is left by now.
        }
    }

    private async Task DeliverAsync(Life life)
    {
        // Any of those that wait, and most are delivered again.
        if (life.Events.Count == 0)
        {
            return;
        }

        var index = life.Random.Next(life.Events.Count);
        var paymentEvent = life.Events[index];
        if (life.Random.Next(3) > 0)
        {
            life.Events.RemoveAt(index);
        }

        await QuietlyAsync(() => desk.HandleAsync(paymentEvent).AsTask());
    }

    private async Task SpendAsync(Life life)
    {
        if (life.Holds.Count > 0 && life.Random.Next(2) == 0)
        {
            await SettleAsync(life, life.Random.Next(2) == 0);
            return;
        }

        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var hold = new HoldCommand(life.Account, id, Credits.FromMillionths(life.Random.Next(1, 60_000_000)), TimeSpan.FromDays(7), new GenerationStart { Model = "flux-dev", PriceVersion = "v1" });
        if (await Ledger.ExecuteAsync(hold) is HoldResult.Held)
        {
            life.Holds.Add(id);
        }
    }

    private async Task SettleAsync(Life life, bool succeeded)
    {
        var id = life.Holds[0];
        life.Holds.RemoveAt(0);
        if (succeeded)
        {
            await Ledger.ExecuteAsync(new CaptureCommand(life.Account, id, null, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }));
        }
        else
        {
            await Ledger.ExecuteAsync(new ReleaseCommand(life.Account, id, new GenerationEnd { Outcome = GenerationOutcome.Failed }));
        }
    }

    // Nothing dies any more and everything that runs ends. Only the reconciliation is left to find what was lost.
    private async Task EndAsync(Life life)
    {
        crashes.PerMille = 0;
        life.EndedAt = clock.GetUtcNow().UtcDateTime;
        while (life.Holds.Count > 0)
        {
            await SettleAsync(life, life.Random.Next(2) == 0);
        }

        for (var look = 0; look < 6; look++)
        {
            // First while the provider still knows the keys of refunds, then when everything is over.
            clock.Advance(look < 3 ? TimeSpan.FromMinutes(10) : TimeSpan.FromDays(31));
            while (await desk.ReconcileAsync(1000) == 1000)
            {
            }
        }
    }

    private async Task CheckAsync(Life life, string which)
    {
        var payment = payments[life.CheckoutId];
        var purchase = (await Purchases.FindAsync(life.Purchase.Id)).ShouldNotBeNull();
        var account = await Ledger.GetAccountAsync(life.Account);
        Ends[purchase.Status] = Ends.GetValueOrDefault(purchase.Status) + 1;

        purchase.Status.ShouldBe(StatusOf(payment), which);
        purchase.Fulfilment.Pending.ShouldBeNull(which);
        purchase.Fulfilment.Refunds.Where(refund => !refund.Made && life.EndedAt - refund.OrderedAt < TimeSpan.FromHours(22)).ShouldBeEmpty(which);
        purchase.Fault.ShouldBeNull(which);
        (purchase.Refunded, purchase.Disputed, purchase.DisputesLost).ShouldBe(payment.Status == PaymentStatus.Paid ? (payment.Refunded, payment.Disputed, payment.DisputesLost) : (0, 0, 0), which);

        var paid = payment.Status == PaymentStatus.Paid;
        var most = paid ? purchase.Credits.Millionths - Lost(purchase, payment, payment.Refunded + payment.DisputesLost) : 0;
        var least = paid ? purchase.Credits.Millionths - Lost(purchase, payment, payment.Refunded + payment.DisputesLost + payment.Disputed) : 0;
        var state = account.State;
        var has = state.Available.Millionths + state.Held.Millionths - state.Debt.Millionths - Credits.FromDecimal(20).Millionths + state.Spent.Millionths;
        if (has != most)
        {
            // While a dispute is open, what was spent before it stays spent, and nothing that is left can be spent.
            payment.Disputed.ShouldBePositive(which);
            has.ShouldBeInRange(least, most, which);
        }

        if (payment.Disputed > 0 && payment.Refunded + payment.DisputesLost + payment.Disputed == payment.Total.Amount)
        {
            // What a released hold brought back after it had been claimed as debt, and the debt was repaid from elsewhere, is
            // the buyer's own.
            var grants = purchase.Fulfilment.Parcels.Select(parcel => parcel.GrantId).ToHashSet();
            account.LiveGrants.Where(grant => grants.Contains(grant.Id)).ShouldAllBe(grant => Credits.Min(grant.Available, grant.Amount - grant.TakenBack).IsZero, which);
        }

        var told = await ToldAsync();
        told.OfType<CreditEvent.PurchaseCompleted>().Count(one => one.PurchaseId == purchase.Id).ShouldBe(purchase.DeliveredAt is null ? 0 : 1, which);
        told.OfType<CreditEvent.PurchaseFailed>().Count(one => one.PurchaseId == purchase.Id).ShouldBe(paid ? 0 : purchase.Status is PurchaseStatus.Failed or PurchaseStatus.Expired ? 1 : 0, which);
    }

    private async Task<List<CreditEvent>> ToldAsync()
    {
        var outbox = services.GetRequiredService<IEventOutbox>();
        var told = new List<CreditEvent>();
        while (await outbox.LeaseAsync(1000, TimeSpan.FromDays(1000)) is { Count: > 0 } leased)
        {
            told.AddRange(leased.Select(one => one.Event));
            foreach (var one in leased)
            {
                await outbox.CompleteAsync(one);
            }
        }

        return told;
    }

    // ceil(credits * lost / paid), by another arithmetic than the library's.
    private static long Lost(Purchase purchase, Payment payment, decimal lost)
    {
        var (numerator, denominator) = (new BigInteger(lost * 100), new BigInteger(payment.Total.Amount * 100));
        var quotient = BigInteger.DivRem(purchase.Credits.Millionths * numerator, denominator, out var remainder);
        return (long)(remainder.IsZero ? quotient : quotient + 1);
    }

    private static PurchaseStatus StatusOf(Payment payment) => payment switch
    {
        { Status: PaymentStatus.Failed } => PurchaseStatus.Failed,
        { Status: PaymentStatus.Expired } => PurchaseStatus.Expired,
        { Status: not PaymentStatus.Paid } => PurchaseStatus.Pending,
        { Disputed: > 0 } => PurchaseStatus.Disputed,
        _ when payment.Refunded + payment.DisputesLost == payment.Total.Amount => PurchaseStatus.Refunded,
        _ when payment.Refunded + payment.DisputesLost > 0 => PurchaseStatus.PartlyRefunded,
        _ => PurchaseStatus.Delivered,
    };

    private static async Task QuietlyAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (CrashException)
        {
            // The process has died here; the next step is another process.
        }
    }

    private sealed class Life(AccountId account, Purchase purchase, string checkoutId, Random random)
    {
        private int told;

        public AccountId Account => account;

        public Purchase Purchase => purchase;

        public string CheckoutId => checkoutId;

        public Random Random => random;

        public List<PaymentEvent> Events { get; } = [];

        public List<Guid> Holds { get; } = [];

        /// <summary>When nothing happened any more.</summary>
        public DateTime EndedAt { get; set; }

        // Events say only which payment to look at, so that old ones and new ones are alike.
        public void Tell(int events)
        {
            for (var index = 0; index < events; index++)
            {
                Events.Add(new PaymentEvent($"evt_{++told}", "payment.changed", checkoutId, purchase.CreatedAt));
            }
        }
    }
}
