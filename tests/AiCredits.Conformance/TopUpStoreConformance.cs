using AiCredits.Events;
using AiCredits.TopUps;

namespace AiCredits.Conformance;

/// <summary>What every <see cref="ITopUpStore"/> must do.</summary>
public abstract class TopUpStoreConformance : StoreSuite<ITopUpStore>
{
    private static readonly AccountId Ann = new("ann");
    private static readonly DateTime At = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>The outbox beside the store.</summary>
    protected abstract IEventOutbox Outbox { get; }

    [Fact]
    public async Task A_top_up_comes_back_as_it_was_saved()
    {
        var topUp = new TopUp(Ann)
        {
            Enabled = true,
            PackId = "creator",
            Threshold = 0.5m,
            MaxPerMonth = 3,
            ConsentAt = At,
            ConsentText = "v2",
            Provider = "stripe",
            SetupId = "cs_1",
            Card = new SavedCard("cus_1", "pm_1", "visa 4242"),
            Attempt = new TopUpAttempt(Guid.CreateVersion7(), At, At.AddMinutes(5), 2),
            Month = At,
            Bought = 2,
            Declines = 1,
            NotBefore = At.AddHours(1),
            Fault = TopUpFault.Declined,
            DueAt = At.AddMinutes(1),
        };

        (await Store.SaveAsync(topUp, [], Cancel)).ShouldBeTrue();

        (await Store.FindAsync(Ann, Cancel)).ShouldBe(topUp with { Version = 1 });
        (await Store.FindAsync(new AccountId("bob"), Cancel)).ShouldBeNull();
        (await Store.ListDueAsync(At.AddMinutes(1), 10, Cancel)).ShouldBe([topUp with { Version = 1 }]);
        (await Store.ListDueAsync(At, 10, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_many_that_save_at_once_one_succeeds_and_only_its_events_are_told()
    {
        (await AtOnceAsync(8, (store, index) => store.SaveAsync(new TopUp(Ann) { Bought = index }, [], Cancel))).Count(saved => saved).ShouldBe(1);
        var kept = (await Store.FindAsync(Ann, Cancel)).ShouldNotBeNull();

        var saved = await AtOnceAsync(8, (store, index) => store.SaveAsync(kept with { Declines = index }, [Event(index)], Cancel));

        saved.Count(one => one).ShouldBe(1);
        var last = (await Store.FindAsync(Ann, Cancel))!;
        last.Version.ShouldBe(2);
        saved[last.Declines].ShouldBeTrue();
        (await Outbox.LeaseAsync(100, TimeSpan.FromMinutes(1), Cancel)).ShouldHaveSingleItem().Event.ShouldBe(Event(last.Declines));
        (await Store.SaveAsync(kept, [], Cancel)).ShouldBeFalse();
    }

    private static CreditEvent.TopUpFailed Event(int number) => new(Ann, number + 1, At, Guid.Empty, "creator", "Declined.") { NeedsOwner = true, NextTry = At };
}
