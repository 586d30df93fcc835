using System.Diagnostics;
using AiCredits.Conformance;
using AiCredits.Events;
using AiCredits.Ledger;

namespace AiCredits.Core.Tests.Ledger;

/// <summary>Batches: what is written, what a book needs, and what large accounts cost.</summary>
public sealed class AccountBookBatchTests
{
    private static readonly AccountId Account = Desk.Account;
    private static readonly NoHistory Nothing = new();

    [Fact]
    public void A_hold_that_is_made_and_ended_in_one_batch_is_never_written()
    {
        var book = Open();
        var id = Guid.CreateVersion7();
        book.Apply(Grant("grant", 10), Desk.Noon);
        book.Apply(Hold(id, 4), Desk.Noon);
        book.Apply(new CaptureCommand(Account, id, null, Desk.End()), Desk.Noon);

        var changes = book.TakeChanges();

        changes.OpenHolds.ShouldBeEmpty();
        changes.EndedHolds.ShouldBeEmpty();
        changes.Generations.ShouldHaveSingleItem().Charged.ShouldBe(4);
        changes.Entries.Count.ShouldBe(3);
        changes.Grants.ShouldHaveSingleItem().Spent.ShouldBe(4);
    }

    [Fact]
    public void A_hold_is_written_open_then_changed_then_ended()
    {
        var book = Open();
        var id = Guid.CreateVersion7();
        book.Apply(Grant("grant", 10), Desk.Noon);
        book.Apply(Hold(id, 4), Desk.Noon);
        var made = book.TakeChanges();
        book.Apply(new CaptureCommand(Account, id, 1, Desk.End()) { Key = "part", Final = false }, Desk.Noon);
        var changed = book.TakeChanges();
        book.Apply(new ReleaseCommand(Account, id, Desk.End()), Desk.Noon);
        var ended = book.TakeChanges();

        made.OpenHolds.Single().Amount.ShouldBe(4);
        changed.OpenHolds.Single().ShouldSatisfyAllConditions(hold => hold.Amount.ShouldBe(3), hold => hold.Captured.ShouldBe(1));
        ended.OpenHolds.ShouldBeEmpty();
        ended.EndedHolds.ShouldBe([id]);
        (made.SequenceBefore, changed.SequenceBefore, ended.SequenceBefore).ShouldBe((0, 2, 3));
        book.TakeChanges().IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void What_changed_nothing_leaves_nothing_to_write()
    {
        var book = Open();
        book.Apply(Grant("grant", 10), Desk.Noon);
        book.TakeChanges();

        book.Apply(Hold(Guid.CreateVersion7(), 11), Desk.Noon);
        book.Apply(new TouchCommand(Account), Desk.Noon);

        book.TakeChanges().IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_later_end_is_something_to_write_so_that_no_sweeper_comes_for_ever()
    {
        var book = Open();
        var id = Guid.CreateVersion7();
        book.Apply(Grant("grant", 10), Desk.Noon);
        book.Apply(Hold(id, 4, TimeSpan.FromMinutes(1)), Desk.Noon);
        book.Apply(new CaptureCommand(Account, id, null, Desk.End()), Desk.Noon);
        var state = book.TakeChanges().State;
        var later = Desk.Noon.AddMinutes(2);
        AccountBook.IsDue(state, later).ShouldBeTrue("the end of a settled hold may still be on the account");

        book.Apply(new TouchCommand(Account), later);
        var changes = book.TakeChanges();

        changes.Entries.ShouldBeEmpty();
        changes.IsEmpty.ShouldBeFalse();
        AccountBook.IsDue(changes.State, later).ShouldBeFalse();
    }

    [Fact]
    public void A_book_without_all_open_holds_refuses_to_end_what_it_does_not_know()
    {
        var state = new AccountState { Account = Account, NextDue = Desk.Noon };
        var book = new AccountBook(state, [], [], holdsComplete: false, Nothing);

        book.Apply(new TouchCommand(Account), Desk.Noon.AddTicks(-10));
        Should.Throw<InvalidOperationException>(() => book.Apply(new TouchCommand(Account), Desk.Noon)).Message.ShouldContain("all open holds");
    }

    [Fact]
    public void Grants_are_burnt_in_the_same_order_however_they_were_loaded()
    {
        var grants = Enumerable.Range(1, 40).Select(index => new Grant
        {
            Id = index,
            Kind = index % 3 == 0 ? GrantKind.Purchase : GrantKind.Bonus,
            Amount = 1,
            Available = 1,
            Priority = index % 2,
            GrantedAt = Desk.Noon,
            ExpiresAt = index % 4 == 0 ? null : Desk.Noon.AddDays(index % 5 + 1),
        }).ToArray();
        var state = new AccountState { Account = Account, Issued = 40, Available = 40, Sequence = 40, LastAt = Desk.Noon };
        var orders = new HashSet<string>();
        for (var seed = 0; seed < 20; seed++)
        {
            new Random(seed).Shuffle(grants);
            var book = new AccountBook(state, grants, [], holdsComplete: true, Nothing);
            book.Apply(Hold(Guid.CreateVersion7(), 40), Desk.Noon);
            orders.Add(string.Join(',', book.TakeChanges().Entries[0].Slices));
        }

        orders.Count.ShouldBe(1);
    }

    [Fact]
    public void A_scheduled_grant_is_told_when_it_starts_and_not_when_it_is_revoked()
    {
        var book = Open();
        book.Apply(Grant("kept", 3) with { EffectiveAt = Desk.Noon.AddDays(1) }, Desk.Noon);
        book.Apply(Grant("revoked", 7) with { EffectiveAt = Desk.Noon.AddDays(1) }, Desk.Noon);
        book.Apply(new RevokeCommand(Account, 2, null) { Key = "revoke" }, Desk.Noon);
        book.TakeChanges().Events.ShouldBeEmpty();

        book.Apply(new TouchCommand(Account), Desk.Noon.AddDays(1));

        book.TakeChanges().Events.ShouldHaveSingleItem().ShouldBeOfType<CreditEvent.CreditsGranted>().Amount.ShouldBe(3);
    }

    [Fact]
    public void An_account_that_does_not_add_up_is_refused()
    {
        var grant = new Grant { Id = 1, Kind = GrantKind.Bonus, Amount = 5, Available = 4, GrantedAt = Desk.Noon };
        var figures = new AccountState { Account = Account, Issued = 5, Available = 5, Sequence = 1 };

        Should.Throw<LedgerInvariantException>(() => new AccountBook(figures, [grant], [], true, Nothing).Apply(Hold(Guid.CreateVersion7(), 5), Desk.Noon)).Message.ShouldContain("integrity check");
        Should.Throw<LedgerInvariantException>(() => new AccountBook(figures, [grant], [], true, Nothing).Apply(Hold(Guid.CreateVersion7(), 4), Desk.Noon)).Message.ShouldContain("doesn't add up");
        Should.Throw<LedgerInvariantException>(() => new AccountBook(figures with { Issued = 6 }, [], [], true, Nothing).Apply(new TouchCommand(Account), Desk.Noon)).Message.ShouldContain("don't add up");
        Should.Throw<LedgerInvariantException>(() => new AccountBook(figures with { Debt = 1 }, [], [], true, Nothing).Apply(new TouchCommand(Account), Desk.Noon)).Message.ShouldContain("debt beside available");
        Should.Throw<LedgerInvariantException>(() => new AccountBook(figures with { Available = -5, Held = 10 }, [], [], true, Nothing).Apply(new TouchCommand(Account), Desk.Noon)).Message.ShouldContain("below zero");
    }

    [Fact]
    public void Ten_thousand_live_grants_are_handled_in_a_moment()
    {
        var ledger = new KernelLedger(Account);
        var watch = Stopwatch.StartNew();
        for (var index = 0; index < 10_000; index++)
        {
            ledger.Apply(Grant($"grant-{index}", 1) with { ExpiresAt = Desk.Noon.AddDays(1).AddSeconds(index % 100) }, Desk.Noon);
        }

        var all = Guid.CreateVersion7();
        ledger.Apply(Hold(all, 10_000, TimeSpan.FromHours(1)), Desk.Noon).ShouldBeOfType<HoldResult.Held>();
        ledger.Close();
        ledger.Apply(new TouchCommand(Account), Desk.Noon.AddHours(1));
        for (var index = 0; index < 1_000; index++)
        {
            var id = Guid.CreateVersion7();
            ledger.Apply(Hold(id, 1, TimeSpan.FromHours(1)), Desk.Noon.AddHours(1)).ShouldBeOfType<HoldResult.Held>();
            ledger.Apply(new CaptureCommand(Account, id, null, Desk.End()), Desk.Noon.AddHours(1));
            ledger.Write();
        }

        ledger.Apply(new TouchCommand(Account), Desk.Noon.AddDays(2));
        ledger.Write();
        watch.Stop();

        (ledger.State.Spent, ledger.State.Expired).ShouldBe((1_000, 9_000));
        LedgerProof.Ensure(ledger.Entries, ledger.State, []);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15), "nothing grows with the square of the grants");
    }

    [Fact]
    public void A_hold_and_its_capture_allocate_little()
    {
        var book = Open();
        book.Apply(Grant("grant", 1_000_000), Desk.Noon);
        Run(200);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(1_000);
        var perPair = (GC.GetAllocatedBytesForCurrentThread() - before) / 1_000;

        perPair.ShouldBeLessThan(3_600, "bytes for a hold with its capture");

        void Run(int count)
        {
            for (var index = 0; index < count; index++)
            {
                var id = Guid.CreateVersion7();
                book.Apply(Hold(id, 1), Desk.Noon);
                book.Apply(new CaptureCommand(Account, id, null, Desk.End()), Desk.Noon);
                book.TakeChanges();
            }
        }
    }

    private static AccountBook Open() => new(new AccountState { Account = Account }, [], [], holdsComplete: true, Nothing);

    private static GrantCommand Grant(string key, Credits amount) => new(Account, GrantKind.Purchase, amount) { Key = key };

    private static HoldCommand Hold(Guid id, Credits amount, TimeSpan? lease = null) => new(Account, id, amount, lease ?? TimeSpan.FromHours(1), new GenerationStart { Model = "flux-dev" });

    private sealed class NoHistory : IAccountHistory
    {
        public Entry? FindEntry(string key) => null;

        public Refusal? FindRefusal(string key) => null;

        public Generation? FindGeneration(Guid id) => null;

        public Member? FindMember(string id) => null;

        public Grant? FindGrant(long id) => null;

        public IReadOnlyList<Entry> FindCaptures(Guid holdId) => [];
    }
}
