using AiCredits.Events;
using AiCredits.Integrity;

namespace AiCredits.Ledger;

/// <summary>One account in memory: its book, and the history that the book asks for.</summary>
internal sealed class MemoryAccount : IAccountHistory
{
    private readonly Lock gate = new();
    private readonly AccountBook book;
    private readonly List<Entry> entries = [];
    private readonly Dictionary<string, Entry> keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Refusal> refusals = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, Generation> generations = [];
    private readonly Dictionary<long, Grant> grants = [];

    private readonly MemoryOutbox outbox;

    public MemoryAccount(AccountId account, MemoryOutbox outbox, LedgerRules rules)
    {
        this.outbox = outbox;
        book = new AccountBook(new AccountState { Account = account }, [], [], holdsComplete: true, this, rules);
    }

    public LedgerResult Execute(LedgerCommand command, DateTime now)
    {
        lock (gate)
        {
            var result = book.Apply(command, now);
            Write(book.TakeChanges());
            return result;
        }
    }

    public AccountOverview Overview(DateTime now)
    {
        lock (gate)
        {
            SettleDue(now);
            return new AccountOverview(book.State, book.LiveGrants);
        }
    }

    public DateTime LastAt
    {
        get
        {
            lock (gate)
            {
                return book.State.LastAt;
            }
        }
    }

    public AccountArchive Archive()
    {
        lock (gate)
        {
            return new AccountArchive(book.State, [.. grants.Values], [.. book.OpenHolds], generations.Values.ToArray().ToAsyncEnumerable(), entries.ToArray().ToAsyncEnumerable());
        }
    }

    public bool SettleDue(DateTime now)
    {
        lock (gate)
        {
            var state = book.State;
            return AccountBook.IsDue(state, now) && Execute(new TouchCommand(state.Account), now) is TouchResult touched && touched.State.Sequence != state.Sequence;
        }
    }

    public Entry[] Entries(EntryQuery query)
    {
        lock (gate)
        {
            return [.. Enumerable.Reverse(entries)
                .Where(entry => (query.Before is not { } before || entry.Sequence < before)
                    && (query.Kinds.Count == 0 || query.Kinds.Contains(entry.Kind))
                    && (query.From is not { } from || entry.At >= from)
                    && (query.To is not { } to || entry.At < to))
                .Take(query.Limit)];
        }
    }

    public Generation? FindAnyGeneration(Guid id)
    {
        lock (gate)
        {
            return generations.GetValueOrDefault(id) ?? book.OpenHolds.Where(hold => hold.Id == id).Select(Running).FirstOrDefault();
        }
    }

    public Generation[] AllGenerations()
    {
        lock (gate)
        {
            return [.. generations.Values, .. book.OpenHolds.Select(Running)];
        }
    }

    public int ForgetPrompts(DateTime now, int max)
    {
        lock (gate)
        {
            var over = generations.Values.Where(generation => generation.Start.Prompt is not null && generation.Start.PromptExpiresAt <= now).Take(max).ToArray();
            foreach (var generation in over)
            {
                generations[generation.Id] = generation with { Start = generation.Start with { Prompt = null } };
            }

            return over.Length;
        }
    }

    Entry? IAccountHistory.FindEntry(string key) => keys.GetValueOrDefault(key);

    Refusal? IAccountHistory.FindRefusal(string key) => refusals.GetValueOrDefault(key);

    Generation? IAccountHistory.FindGeneration(Guid id) => generations.GetValueOrDefault(id);

    Grant? IAccountHistory.FindGrant(long id) => grants.GetValueOrDefault(id);

    IReadOnlyList<Entry> IAccountHistory.FindCaptures(Guid holdId) =>
        [.. entries.Where(entry => entry.Kind == EntryKind.Capture && entry.HoldId == holdId)];

    private Generation Running(Hold hold) => new()
    {
        Id = hold.Id,
        Account = book.Account,
        Status = GenerationStatus.Running,
        Start = hold.Generation,
        Charged = hold.Captured,
        StartedAt = hold.HeldAt,
        FirstEntry = hold.EntrySequence,
        RequestHash = hold.RequestHash,
    };

    private void Write(AccountChanges changes)
    {
        foreach (var entry in changes.Entries)
        {
            entries.Add(entry);
            if (entry.Key is not null)
            {
                keys.Add(entry.Key, entry);
            }
        }

        foreach (var grant in changes.Grants)
        {
            grants[grant.Id] = grant;
        }

        foreach (var generation in changes.Generations)
        {
            generations[generation.Id] = generation;
        }

        foreach (var refusal in changes.Refusals)
        {
            refusals.Add(refusal.Key, refusal);
        }

        if (changes.Events.Count > 0)
        {
            outbox.Add(changes.Events);
        }
    }
}
