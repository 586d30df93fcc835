using AiCredits.Integrity;
using AiCredits.Ledger;

namespace AiCredits.Core.Tests.Integrity;

/// <summary>
/// One account fed with random commands of every kind. Like a store it writes what each batch decided and opens a new
/// book for the next one, so that nothing survives a batch that was not written.
/// </summary>
internal sealed class RandomHistory(int seed) : IAccountHistory
{
    private static readonly AccountId Account = new("user-1");
    private static readonly string[] Models = ["a", "b", "c"];
    private readonly Random random = new(seed);
    private readonly List<Entry> entries = [];
    private readonly Dictionary<string, Refusal> refusals = [];
    private readonly Dictionary<Guid, Generation> generations = [];
    private readonly Dictionary<long, Grant> grants = [];
    private readonly Dictionary<Guid, Hold> holds = [];
    private readonly List<Guid> holdIds = [];
    private readonly List<LedgerCommand> keyed = [];
    private AccountState state = new() { Account = Account };
    private DateTime now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private int nextId;

    public IReadOnlyList<Entry> Entries => entries;

    public void Run(int commands)
    {
        for (var done = 0; done < commands;)
        {
            var batch = new List<(LedgerCommand Command, DateTime At)>();
            for (var left = random.Next(1, 20); left > 0; left--, done++)
            {
                now += TimeSpan.FromSeconds(random.Next(4) == 0 ? random.Next(2_000) : random.Next(3));
                batch.Add((Next(), now));
            }

            // A store loads all open holds only when something is due, and otherwise those that the batch names.
            var complete = AccountBook.IsDue(state, now) || random.Next(3) == 0;
            var named = holds.Values.Where(hold => complete || batch.Exists(item => item.Command.ConcernedHold == hold.Id));
            var book = new AccountBook(state, grants.Values.Where(grant => grant.IsLive), named, complete, this, new LedgerRules(10));
            foreach (var (command, at) in batch)
            {
                book.Apply(command, at);
            }

            Write(book.TakeChanges());
        }
    }

    public AccountArchive Archive() => new(state, [.. grants.Values], [.. holds.Values], generations.Values.ToAsyncEnumerable(), entries.ToAsyncEnumerable());

    public Entry? FindEntry(string key) => entries.Find(entry => entry.Key == key);

    public Refusal? FindRefusal(string key) => refusals.GetValueOrDefault(key);

    public Generation? FindGeneration(Guid id) => generations.GetValueOrDefault(id);

    public Member? FindMember(string id) => null;

    public Grant? FindGrant(long id) => grants.GetValueOrDefault(id);

    public IReadOnlyList<Entry> FindCaptures(Guid holdId) => entries.FindAll(entry => entry.Kind == EntryKind.Capture && entry.HoldId == holdId);

    private LedgerCommand Next()
    {
        if (keyed.Count > 0 && random.Next(12) == 0)
        {
            return keyed[random.Next(keyed.Count)];
        }

        LedgerCommand command = random.Next(20) switch
        {
            < 3 => Grant(),
            < 9 => Hold(),
            < 12 => new CaptureCommand(Account, AnyHold(), random.Next(3) == 0 ? null : Amount(4), End()) { Overrun = (OverrunPolicy)random.Next(2), ChargeWhenExpired = random.Next(3) != 0 },
            12 => new CaptureCommand(Account, AnyHold(), Amount(2), End()) { Final = false, Key = Key(), Overrun = (OverrunPolicy)random.Next(2) },
            13 or 14 => new ReleaseCommand(Account, AnyHold(), End(GenerationOutcome.Failed)),
            15 => new RevokeCommand(Account, AnyGrant(), random.Next(2) == 0 ? null : Amount(20)) { ToDebt = random.Next(2) == 0, Key = Key() },
            16 => new RefundCommand(Account, AnyHold()) { Key = Key() },
            17 => new RenewCommand(Account, AnyHold(), TimeSpan.FromSeconds(random.Next(1, 4_000))),
            18 => new FreezeCommand(Account, random.Next(4) == 0) { Key = Key() },
            _ => new TouchCommand(Account),
        };
        if (command.Key is not null)
        {
            keyed.Add(command);
        }

        return command;
    }

    private GrantCommand Grant()
    {
        var effective = random.Next(5) == 0 ? now.AddSeconds(random.Next(3_000)) : (DateTime?)null;
        return new GrantCommand(Account, (GrantKind)random.Next(1, 9), Amount(40))
        {
            Key = Key(),
            Priority = random.Next(3),
            EffectiveAt = effective,
            ExpiresAt = random.Next(2) == 0 ? (effective ?? now).AddSeconds(random.Next(1, 6_000)) : null,
            Models = random.Next(4) == 0 ? [Models[random.Next(3)]] : [],
        };
    }

    private HoldCommand Hold()
    {
        var id = Guid.CreateVersion7(new DateTimeOffset(now));
        holdIds.Add(id);
        return new HoldCommand(Account, id, Amount(6), TimeSpan.FromSeconds(random.Next(1, 3_000)), new GenerationStart { Model = Models[random.Next(3)] })
        {
            Key = random.Next(4) == 0 ? Key() : null,
            OnExpiry = (HoldExpiryPolicy)random.Next(2),
        };
    }

    private Guid AnyHold() => holdIds.Count == 0 ? Guid.CreateVersion7(new DateTimeOffset(now)) : holdIds[Math.Max(0, holdIds.Count - 1 - random.Next(12))];

    private long AnyGrant() => grants.Count == 0 ? 1 : grants.Keys.ElementAt(random.Next(grants.Count));

    private Credits Amount(int most) => Credits.FromMillionths(random.Next(3) == 0 ? random.Next(1, most) * 1_000_000L : random.NextInt64(1, most * 1_000_000L));

    private string Key() => $"key-{nextId++}";

    private static GenerationEnd End(GenerationOutcome outcome = GenerationOutcome.Succeeded) => new() { Outcome = outcome };

    private void Write(AccountChanges changes)
    {
        changes.SequenceBefore.ShouldBe(state.Sequence);
        state = changes.State;
        entries.AddRange(changes.Entries);
        foreach (var grant in changes.Grants)
        {
            grants[grant.Id] = grant;
        }

        foreach (var hold in changes.OpenHolds)
        {
            holds[hold.Id] = hold;
        }

        foreach (var ended in changes.EndedHolds)
        {
            holds.Remove(ended).ShouldBeTrue();
        }

        foreach (var generation in changes.Generations)
        {
            generations[generation.Id] = generation;
        }

        foreach (var refusal in changes.Refusals)
        {
            refusals.Add(refusal.Key, refusal);
        }
    }
}
