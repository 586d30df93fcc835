using AiCredits.Conformance.Purchases;
using AiCredits.Events;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Plans;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AiCredits.Core.Tests.Plans;

/// <summary>Random lives of a subscription with a process that dies at any step: what is granted follows from the facts alone.</summary>
public sealed class SubscriptionLifeTests
{
    private static readonly AccountId Ann = new("ann");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_dies_when_each_paid_month_is_granted_once_and_never_more_than_its_highest_plan()
    {
        var crashes = new Crashes();
        var died = 0;
        for (var seed = 1; seed <= 150; seed++)
        {
            died += await LiveAsync(seed, crashes);
        }

        died.ShouldBeGreaterThan(300, "Otherwise nothing was tried.");
    }

    private static async Task<int> LiveAsync(int seed, Crashes crashes)
    {
        var random = new Random(seed);
        var provider = new FakeSubscriptions();
        await using var app = new CoreApp(
            build: builder =>
            {
                builder.Services.AddSingleton<ISubscriptionProvider>(provider);
                builder.Services.Replace(ServiceDescriptor.Singleton<ICreditStore>(services => new CrashingLedger(services.GetRequiredService<MemoryCreditStore>(), crashes)));
                builder.Services.Replace(ServiceDescriptor.Singleton<ISubscriptionStore>(services => new CrashingSubscriptions(new MemorySubscriptionStore(services.GetRequiredService<MemoryOutbox>()), crashes)));
            },
            configure: options =>
            {
                options.WelcomeCredits = 0;
                options.Plans["basic"] = new() { Price = 5, Credits = 100 };
                options.Plans["plus"] = new() { Price = 9, Credits = 200 };
            });
        crashes.PerMille = 0;
        crashes.Seed(seed);
        var before = crashes.Count;
        var desk = app.Get<SubscriptionDesk>();
        var start = app.Clock.GetUtcNow().UtcDateTime;
        var opened = (SubscribeResult.Opened)await desk.SubscribeAsync(PlanApp.Order("basic"), Cancel);
        crashes.PerMille = 120;
        var highest = 0;
        for (var month = 0; month < 3; month++)
        {
            var plan = random.Next(2) == 0 ? "basic" : "plus";
            provider.Pay(start.AddMonths(month), plan);
            var level = 0;
            for (var step = 0; step < 6; step++)
            {
                level = Math.Max(level, provider.Facts!.PlanId == "plus" ? 200 : 100);
                await SurviveAsync(async () => await desk.HandleAsync(new SubscriptionEvent($"{month}-{step}", "invoice.paid", "sub_1", start), Cancel));
                if (random.Next(3) == 0)
                {
                    await SurviveAsync(async () => await desk.SweepAsync(10, Cancel));
                }

                app.Clock.Advance(TimeSpan.FromDays(random.Next(1, 4)));
                provider.Facts = provider.Facts with { PlanId = random.Next(2) == 0 ? "basic" : "plus" };
            }

            highest += level == 100 && provider.Facts!.PlanId != "plus" ? 100 : 200;
            var next = start.AddMonths(month + 1);
            app.Clock.Advance(next > app.Clock.GetUtcNow().UtcDateTime ? next - app.Clock.GetUtcNow().UtcDateTime : TimeSpan.Zero);
        }

        crashes.PerMille = 0;
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        await desk.ConfirmAsync(opened.Subscription.Id, Cancel);

        var ledger = app.Get<MemoryCreditStore>();
        var entries = (await ledger.GetEntriesAsync(new EntryQuery(Ann) { Kinds = [EntryKind.Grant], Limit = 1_000 }, Cancel)).Where(entry => entry.GrantKind == GrantKind.Plan).ToList();
        var refills = entries.Where(entry => entry.Key!.Count(character => character == ':') == 3).ToList();
        refills.Count.ShouldBe(3, $"seed {seed}: one refill for each month that was paid");
        entries.Sum(entry => entry.Amount.ToDecimal()).ShouldBeInRange(300, highest, $"seed {seed}");
        (await app.Get<IntegrityCheck>().RunAsync(cancellationToken: Cancel)).Faults.ShouldBeEmpty($"seed {seed}");
        return crashes.Count - before;
    }

    // The provider sends its event again until it is taken.
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

    private sealed class CrashingSubscriptions(ISubscriptionStore inner, Crashes crashes) : ISubscriptionStore
    {
        public async ValueTask<bool> SaveAsync(Subscription subscription, IReadOnlyList<CreditEvent> events, CancellationToken cancellationToken = default)
        {
            crashes.Maybe();
            var saved = await inner.SaveAsync(subscription, events, cancellationToken);
            crashes.Maybe();
            return saved;
        }

        public ValueTask<Subscription?> FindAsync(Guid id, CancellationToken cancellationToken = default) => inner.FindAsync(id, cancellationToken);

        public ValueTask<Subscription?> FindOpenAsync(AccountId account, CancellationToken cancellationToken = default) => inner.FindOpenAsync(account, cancellationToken);

        public ValueTask<Subscription?> FindByProviderIdAsync(string provider, string id, CancellationToken cancellationToken = default) => inner.FindByProviderIdAsync(provider, id, cancellationToken);

        public ValueTask<IReadOnlyList<Subscription>> ListAsync(AccountId account, CancellationToken cancellationToken = default) => inner.ListAsync(account, cancellationToken);

        public ValueTask<IReadOnlyList<Subscription>> ListDueAsync(DateTime now, int max, CancellationToken cancellationToken = default) => inner.ListDueAsync(now, max, cancellationToken);
    }
}
