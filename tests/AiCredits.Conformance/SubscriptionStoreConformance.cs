using System.Text.Json;
using AiCredits.Events;
using AiCredits.Payments;
using AiCredits.Plans;

namespace AiCredits.Conformance;

/// <summary>What every <see cref="ISubscriptionStore"/> must do.</summary>
public abstract class SubscriptionStoreConformance : StoreSuite<ISubscriptionStore>
{
    private static readonly AccountId Ann = new("ann");
    private static readonly AccountId Bob = new("bob");
    private static readonly DateTime At = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>The outbox beside the store.</summary>
    protected abstract IEventOutbox Outbox { get; }

    [Fact]
    public async Task A_subscription_comes_back_as_it_was_saved_by_every_way()
    {
        var plan = new CreditPlan("pro", "Pro", new Money(9.99m, "USD"), PlanInterval.Year, 0.000001m)
        {
            Description = "Ä plan",
            RollOverCap = 50,
            TrialDays = 7,
            TrialCredits = 5,
            FairUse = new FairUse(1_000, TimeSpan.FromHours(24)) { RateCredits = 100, RateWindow = TimeSpan.FromHours(2) },
            MaxSeats = 5,
            ProviderPriceId = "price_1",
        };
        var saved = New(Ann) with
        {
            Plan = plan,
            NextPlan = plan with { Id = "basic" },
            Seats = 3,
            State = SubscriptionState.Active,
            CancelAtPeriodEnd = true,
            Trial = true,
            PeriodStart = At,
            PeriodEnd = At.AddYears(1),
            PaidThrough = At.AddYears(1).AddTicks(10),
            CheckoutId = "cs_1",
            CheckoutUrl = new Uri("https://example.com/pay"),
            ProviderId = "sub_1",
            CustomerId = "cus_1",
            Slot = new RefillSlot(At, At.AddMonths(1)) { Level = 30, Granted = 20, IsFairUse = true, WindowStart = At, WindowUsed = 0.5m, Closing = true, Parcels = [new RefillParcel(7, 20, At.AddMonths(1))] },
            Pending = [new RefillGrant("key", 10, At.AddMonths(1), -100, "Pro")],
            DueAt = At.AddDays(1),
        };

        (await Store.SaveAsync(saved, [], Cancel)).ShouldBeTrue();

        var expected = Text(saved with { Version = 1 });
        Text(await Store.FindAsync(saved.Id, Cancel)).ShouldBe(expected);
        Text(await Store.FindOpenAsync(Ann, Cancel)).ShouldBe(expected);
        Text(await Store.FindByProviderIdAsync("stripe", "sub_1", Cancel)).ShouldBe(expected);
        Text(await Store.FindByProviderIdAsync("stripe", "cs_1", Cancel)).ShouldBe(expected);
        Text((await Store.ListAsync(Ann, Cancel)).ShouldHaveSingleItem()).ShouldBe(expected);
        Text((await Store.ListDueAsync(At.AddDays(1), 10, Cancel)).ShouldHaveSingleItem()).ShouldBe(expected);
        (await Store.ListDueAsync(At, 10, Cancel)).ShouldBeEmpty();
        (await Store.FindAsync(Guid.CreateVersion7(), Cancel)).ShouldBeNull();
        (await Store.FindOpenAsync(Bob, Cancel)).ShouldBeNull();
        (await Store.FindByProviderIdAsync("paddle", "sub_1", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_many_that_save_at_once_one_succeeds_and_only_its_events_are_told()
    {
        var first = New(Ann);
        (await Store.SaveAsync(first, [], Cancel)).ShouldBeTrue();

        var saved = await AtOnceAsync(8, (store, index) => store.SaveAsync(first with { Version = 1, Seats = index + 1 }, [Event(first, index)], Cancel));

        saved.Count(one => one).ShouldBe(1);
        var kept = (await Store.FindAsync(first.Id, Cancel)).ShouldNotBeNull();
        kept.Version.ShouldBe(2);
        saved[kept.Seats - 1].ShouldBeTrue();
        (await Outbox.LeaseAsync(100, TimeSpan.FromMinutes(1), Cancel)).ShouldHaveSingleItem().Event.ShouldBe(Event(first, kept.Seats - 1));
        (await Store.SaveAsync(first, [], Cancel)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_account_has_one_open_subscription_at_a_time()
    {
        var opened = await AtOnceAsync(8, async (store, _) =>
        {
            var one = New(Ann);
            return await store.SaveAsync(one, [], Cancel) ? one : null;
        });
        var first = opened.Where(one => one is not null).ShouldHaveSingleItem()!;
        (await Store.SaveAsync(New(Bob), [], Cancel)).ShouldBeTrue();

        (await Store.SaveAsync(first with { Version = 1, State = SubscriptionState.Ended, DueAt = null }, [], Cancel)).ShouldBeTrue();

        (await Store.FindOpenAsync(Ann, Cancel)).ShouldBeNull();
        var second = New(Ann) with { Id = Guid.CreateVersion7(new DateTimeOffset(At.AddHours(1))) };
        (await Store.SaveAsync(second, [], Cancel)).ShouldBeTrue();
        (await Store.FindOpenAsync(Ann, Cancel))!.Id.ShouldBe(second.Id);
        (await Store.ListAsync(Ann, Cancel)).Select(one => one.Id).ShouldBe([second.Id, first.Id]);

        // Checkouts that came to nothing don't hide what an account has had.
        (await Store.SaveAsync(second with { Version = 1, State = SubscriptionState.Abandoned, DueAt = null }, [], Cancel)).ShouldBeTrue();
        (await Store.ListAsync(Ann, Cancel)).Select(one => one.Id).ShouldBe([first.Id, second.Id]);
    }

    private static Subscription New(AccountId account) => new()
    {
        Id = Guid.CreateVersion7(new DateTimeOffset(At)),
        Account = account,
        Provider = "stripe",
        Plan = new CreditPlan("basic", "Basic", new Money(5, "USD"), PlanInterval.Month, 100),
        CreatedAt = At,
        DueAt = At.AddDays(1),
    };

    private static CreditEvent.SubscriptionChanged Event(Subscription subscription, int number) =>
        new(subscription.Account, number + 1, At, subscription.Id, subscription.Plan.Id, subscription.State);

    // Lists are compared by what is in them, which records don't do.
    private static string Text(Subscription? subscription) => JsonSerializer.Serialize(subscription.ShouldNotBeNull());
}
