using AiCredits.Analytics;
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
    private readonly HashSet<Generation> generations = new(GenerationById.Comparer);
    private readonly Dictionary<long, Grant> usedUpGrants = [];
    private readonly Dictionary<string, Member> members = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, PendingTransfer> transfers = [];
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
            book.TakeHistory(this);
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
            return new AccountArchive(book.State, [.. AllGrants()], [.. book.OpenHolds], generations.ToArray().ToAsyncEnumerable(), entries.ToArray().ToAsyncEnumerable())
            {
                Members = [.. members.Values],
                PendingTransfers = [.. transfers.Values],
            };
        }
    }

    /// <summary>The last entries, and what is live.</summary>
    public AccountArchive RecentArchive(int maxEntries)
    {
        lock (gate)
        {
            return new AccountArchive(book.State, book.LiveGrants, [.. book.OpenHolds], AsyncEnumerable.Empty<Generation>(), entries.TakeLast(maxEntries).ToArray().ToAsyncEnumerable());
        }
    }

    public ChainHead Head
    {
        get
        {
            lock (gate)
            {
                var state = book.State;
                return new ChainHead(state.Account, state.Sequence, state.ChainHead);
            }
        }
    }

    public AccountHistory History()
    {
        lock (gate)
        {
            return new AccountHistory(book.State, [.. AllGrants()], [.. generations], [.. entries]);
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

    public Entry[] EntriesOf(Guid holdId)
    {
        lock (gate)
        {
            return [.. entries.Where(entry => entry.HoldId == holdId)];
        }
    }

    public Generation? FindAnyGeneration(Guid id)
    {
        lock (gate)
        {
            return FindFinished(id) ?? book.OpenHolds.Where(hold => hold.Id == id).Select(Running).FirstOrDefault();
        }
    }

    public Generation[] AllGenerations()
    {
        lock (gate)
        {
            return [.. generations, .. book.OpenHolds.Select(Running)];
        }
    }

    public int ForgetPrompts(DateTime now, int max)
    {
        lock (gate)
        {
            var over = generations.Where(generation => generation.Start.Prompt is not null && generation.Start.PromptExpiresAt <= now).Take(max).ToArray();
            foreach (var generation in over)
            {
                Add(generation with { Start = generation.Start with { Prompt = null } });
            }

            return over.Length;
        }
    }

    public void Add(Entry entry)
    {
        entries.Add(entry);
        if (entry.Key is not null)
        {
            keys.Add(entry.Key, entry);
        }
    }

    public void Add(Grant usedUp) => usedUpGrants[usedUp.Id] = usedUp;

    public void Add(Generation finished)
    {
        if (!generations.Add(finished))
        {
            generations.Remove(finished);
            generations.Add(finished);
        }
    }

    public void Add(Refusal refusal) => refusals.Add(refusal.Key, refusal);

    public void Add(Member member) => members[member.Id] = member;

    public void Add(PendingTransfer transfer) => transfers.Add(transfer.Id, transfer);

    public void Add(IReadOnlyList<CreditEvent> events) => outbox.Add(events);

    public Member[] Members()
    {
        lock (gate)
        {
            return [.. members.Values];
        }
    }

    public Member? FindMember(string id)
    {
        lock (gate)
        {
            return members.GetValueOrDefault(id);
        }
    }

    public PendingTransfer[] Transfers()
    {
        lock (gate)
        {
            return [.. transfers.Values];
        }
    }

    public void CompleteTransfer(Guid id)
    {
        lock (gate)
        {
            transfers.Remove(id);
        }
    }

    public Entry? FindEntry(string key)
    {
        lock (gate)
        {
            return keys.GetValueOrDefault(key);
        }
    }

    Refusal? IAccountHistory.FindRefusal(string key) => refusals.GetValueOrDefault(key);

    Generation? IAccountHistory.FindGeneration(Guid id) => FindFinished(id);

    Grant? IAccountHistory.FindGrant(long id) => usedUpGrants.GetValueOrDefault(id);

    IReadOnlyList<Entry> IAccountHistory.FindCaptures(Guid holdId) =>
        [.. entries.Where(entry => entry.Kind == EntryKind.Capture && entry.HoldId == holdId)];

    private Generation? FindFinished(Guid id) => generations.GetAlternateLookup<Guid>().TryGetValue(id, out var finished) ? finished : null;

    // One that was used up and had credits given back is live again.
    private IEnumerable<Grant> AllGrants()
    {
        var live = book.LiveGrants;
        var ids = live.Select(grant => grant.Id).ToHashSet();
        return [.. usedUpGrants.Values.Where(grant => !ids.Contains(grant.Id)).Concat(live).OrderBy(grant => grant.Id)];
    }

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
}
