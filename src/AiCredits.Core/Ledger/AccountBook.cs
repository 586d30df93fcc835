namespace AiCredits.Ledger;

/// <summary>
/// The pure kernel of the ledger: one account as a state machine. Given what a store has loaded, it decides commands one
/// after the other and collects what is to be written. No I/O and no clock; every store shares it, so every rule is
/// here once.
/// </summary>
/// <remarks>
/// Not thread-safe: the store holds the account's lock. A command that throws has changed nothing; after a
/// <see cref="LedgerInvariantException"/> the book must be thrown away.
/// </remarks>
public sealed partial class AccountBook
{
    // Up to here looking through a list is faster than making a dictionary.
    private const int FewGrants = 16;

    private readonly IAccountHistory history;
    private readonly LedgerRules rules;
    private readonly DateTime? unloadedDue;
    private readonly List<LiveGrant> grants;
    private readonly Dictionary<Guid, Hold> holds;
    private Dictionary<long, LiveGrant>? grantsById;
    private int restrictedGrants;

    private readonly List<Entry> newEntries = [];
    private readonly Dictionary<Guid, HoldChange> holdChanges = [];
    private readonly List<LiveGrant> dirtyGrants = [];
    private readonly List<LiveGrant> movedGrants = [];
    private Dictionary<string, Entry>? newKeys;
    private Dictionary<string, Refusal>? newRefusals;
    private Dictionary<Guid, Generation>? newGenerations;

    private Credits scheduled;
    private Credits issued;
    private Credits available;
    private Credits held;
    private Credits spent;
    private Credits expired;
    private Credits revoked;
    private Credits debt;
    private long sequence;
    private long sequenceBefore;
    private DateTime lastAt;
    private DateTime? nextDue;
    private DateTime? nextDueBefore;
    private bool frozen;
    private bool welcomed;
    private ReadOnlyMemory<byte> chainHead;

    /// <summary>Opens the book of an account.</summary>
    /// <param name="state">Its figures.</param>
    /// <param name="grants">Its live grants, in any order, and any others that the commands name.</param>
    /// <param name="holds">The open holds that the commands name, or all of them.</param>
    /// <param name="holdsComplete">True when <paramref name="holds"/> are all open holds; needed whenever <see cref="IsDue"/>.</param>
    /// <param name="history">What else the store knows.</param>
    /// <param name="rules">Settings; null for <see cref="LedgerRules.None"/>.</param>
    public AccountBook(AccountState state, IEnumerable<Grant> grants, IEnumerable<Hold> holds, bool holdsComplete, IAccountHistory history, LedgerRules? rules = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(grants);
        ArgumentNullException.ThrowIfNull(holds);
        ArgumentNullException.ThrowIfNull(history);
        Account = state.Account;
        this.history = history;
        this.rules = rules ?? LedgerRules.None;
        unloadedDue = holdsComplete ? null : state.NextDue;
        this.grants = [.. grants.Select(grant => new LiveGrant(grant))];
        this.grants.Sort();
        foreach (var grant in this.grants)
        {
            scheduled += grant.Scheduled;
            restrictedGrants += grant.Restricted ? 1 : 0;
        }

        this.holds = holds.ToDictionary(hold => hold.Id);
        issued = state.Issued;
        available = state.Available;
        held = state.Held;
        spent = state.Spent;
        expired = state.Expired;
        revoked = state.Revoked;
        debt = state.Debt;
        sequence = sequenceBefore = state.Sequence;
        lastAt = state.LastAt;
        nextDue = nextDueBefore = state.NextDue;
        frozen = state.Frozen;
        welcomed = state.Welcomed;
        low = state.Low;
        chainHead = state.ChainHead;
    }

    private enum HoldChange
    {
        Added,
        Changed,
        Ended,
    }

    /// <summary>The account.</summary>
    public AccountId Account { get; }

    /// <summary>The account's figures now.</summary>
    public AccountState State => new()
    {
        Account = Account,
        Issued = issued,
        Available = available,
        Held = held,
        Spent = spent,
        Expired = expired,
        Revoked = revoked,
        Debt = debt,
        Sequence = sequence,
        LastAt = lastAt,
        NextDue = nextDue,
        Frozen = frozen,
        Welcomed = welcomed,
        Low = low,
        ChainHead = chainHead,
    };

    /// <summary>The live grants now, in burn order.</summary>
    public IReadOnlyList<Grant> LiveGrants => [.. grants.Where(grant => grant.IsLive).Select(grant => grant.ToGrant())];

    /// <summary>The open holds on the desk, in no order.</summary>
    public IReadOnlyCollection<Hold> OpenHolds => holds.Values;

    /// <summary>True when something of the account may have ended by <paramref name="now"/>, so that a book of it needs all its open holds.</summary>
    public static bool IsDue(AccountState state, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.NextDue <= now;
    }

    /// <summary>Decides one command, after writing what is due by <paramref name="now"/> (UTC; never taken as earlier than the last entry).</summary>
    /// <exception cref="ArgumentException">The command can never be right; nothing changed.</exception>
    /// <exception cref="LedgerInvariantException">The figures don't add up; the book must be thrown away.</exception>
    public LedgerResult Apply(LedgerCommand command, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Validate();
        if (command.Account != Account)
        {
            throw new ArgumentException($"The command is for account '{command.Account}', the book is of '{Account}'.");
        }

        EnsureCanBeCounted(command);
        now = now > lastAt ? UtcMicroseconds.Cut(now) : lastAt;
        var ownedBefore = available + held;
        SettleDue(now);
        LedgerResult result = command switch
        {
            HoldCommand hold => Apply(hold, now),
            CaptureCommand capture => Apply(capture, now),
            ReleaseCommand release => Apply(release, now),
            GrantCommand grant => Apply(grant, now),
            RevokeCommand revoke => Apply(revoke, now),
            RefundCommand refund => Apply(refund, now),
            RenewCommand renew => Apply(renew, now),
            FreezeCommand freeze => Apply(freeze, now),
            TouchCommand => new TouchResult(State),
            _ => throw new ArgumentException($"{command.GetType().Name} is no command of the ledger."),
        };
        EnsureClosed();
        TellBalance(ownedBefore);
        return result;
    }

    /// <summary>Everything decided since the book was opened or this was last called, to be written as a whole.</summary>
    public AccountChanges TakeChanges()
    {
        var changes = new AccountChanges
        {
            SequenceBefore = sequenceBefore,
            State = State,
            Entries = newEntries.Count == 0 ? [] : newEntries.ToArray(),
            Grants = dirtyGrants.Count == 0 ? [] : dirtyGrants.ConvertAll(grant => grant.ToGrant()),
            OpenHolds = CollectHolds(),
            EndedHolds = CollectEndedHolds(),
            Generations = newGenerations is null ? [] : newGenerations.Values.ToArray(),
            Refusals = newRefusals is null ? [] : newRefusals.Values.ToArray(),
            Events = newEvents is null ? [] : newEvents,
            IsEmpty = newEntries.Count == 0 && newRefusals is null && newGenerations is null && nextDue == nextDueBefore,
        };
        sequenceBefore = sequence;
        nextDueBefore = nextDue;
        newEntries.Clear();
        holdChanges.Clear();
        ForgetUsedUpGrants();
        newKeys = null;
        newRefusals = null;
        newGenerations = null;
        newEvents = null;
        return changes;
    }

    private Hold[] CollectHolds()
    {
        List<Hold>? open = null;
        foreach (var (id, change) in holdChanges)
        {
            if (change != HoldChange.Ended)
            {
                (open ??= []).Add(holds[id]);
            }
        }

        return open is null ? [] : [.. open];
    }

    private Guid[] CollectEndedHolds()
    {
        List<Guid>? ended = null;
        foreach (var (id, change) in holdChanges)
        {
            if (change == HoldChange.Ended)
            {
                (ended ??= []).Add(id);
            }
        }

        return ended is null ? [] : [.. ended];
    }

    private Entry Append(Entry entry)
    {
        sequence++;
        lastAt = entry.At;
        var hash = EntryHash.Compute(chainHead.Span, entry);
        entry = entry with { Hash = hash };
        chainHead = hash;
        newEntries.Add(entry);
        if (entry.Key is not null)
        {
            (newKeys ??= new(StringComparer.Ordinal)).Add(entry.Key, entry);
        }

        return entry;
    }

    /// <summary>The next entry. Call it when the figures are those after the entry.</summary>
    private Entry Draft(EntryKind kind, DateTime at, Credits amount) => new()
    {
        Account = Account,
        Sequence = sequence + 1,
        At = at > lastAt ? at : lastAt,
        Kind = kind,
        Amount = amount,
        AvailableAfter = available,
        HeldAfter = held,
        DebtAfter = debt,
    };

    private Entry? FindEntry(string key) => newKeys is not null && newKeys.TryGetValue(key, out var entry) ? entry : history.FindEntry(key);

    private Refusal? FindRefusal(string key) => newRefusals is not null && newRefusals.TryGetValue(key, out var refusal) ? refusal : history.FindRefusal(key);

    private Generation? FindGeneration(Guid id) => newGenerations is not null && newGenerations.TryGetValue(id, out var generation) ? generation : history.FindGeneration(id);

    private LiveGrant Touch(LiveGrant grant)
    {
        if (!grant.Dirty)
        {
            grant.Dirty = true;
            dirtyGrants.Add(grant);
        }

        if (!grant.Moved)
        {
            grant.Moved = true;
            movedGrants.Add(grant);
        }

        return grant;
    }

    private LiveGrant? TryFindGrant(long id)
    {
        if (FindOpenGrant(id) is { } open)
        {
            return open;
        }

        return history.FindGrant(id) is { } usedUp ? Insert(new LiveGrant(usedUp)) : null;
    }

    private LiveGrant? FindOpenGrant(long id)
    {
        if (grants.Count > FewGrants)
        {
            grantsById ??= grants.ToDictionary(grant => grant.Id);
            return grantsById.GetValueOrDefault(id);
        }

        foreach (var grant in grants)
        {
            if (grant.Id == id)
            {
                return grant;
            }
        }

        return null;
    }

    private LiveGrant Insert(LiveGrant grant)
    {
        grants.Insert(~grants.BinarySearch(grant), grant);
        grantsById?.Add(grant.Id, grant);
        scheduled += grant.Scheduled;
        restrictedGrants += grant.Restricted ? 1 : 0;
        return grant;
    }

    private void ForgetUsedUpGrants()
    {
        var usedUp = false;
        foreach (var grant in dirtyGrants)
        {
            grant.Dirty = false;
            usedUp |= !grant.IsLive;
        }

        dirtyGrants.Clear();
        if (usedUp)
        {
            grants.RemoveAll(Forget);
        }
    }

    private bool Forget(LiveGrant grant)
    {
        if (grant.IsLive)
        {
            return false;
        }

        restrictedGrants -= grant.Restricted ? 1 : 0;
        grantsById?.Remove(grant.Id);
        return true;
    }

    private LiveGrant FindGrant(long id) => TryFindGrant(id)
        ?? throw new LedgerInvariantException($"Account '{Account}': grant {id} is named by a hold or an entry but was not loaded. Run the integrity check.");

    private void EnsureClosed()
    {
        if (available.IsNegative || held.IsNegative || spent.IsNegative || expired.IsNegative || revoked.IsNegative || debt.IsNegative)
        {
            throw new LedgerInvariantException($"Account '{Account}': a figure is below zero: {State}.");
        }

        if (issued != available + held + spent + expired + revoked)
        {
            throw new LedgerInvariantException($"Account '{Account}': the figures don't add up: {State}.");
        }

        if (!debt.IsZero && !available.IsZero)
        {
            throw new LedgerInvariantException($"Account '{Account}': there is debt beside available credits: {State}.");
        }

        foreach (var grant in movedGrants)
        {
            grant.Moved = false;
            var closed = grant.Pending
                ? grant.Available.IsZero && grant.Held.IsZero && grant.Spent.IsZero && grant.Expired.IsZero && grant.Revoked < grant.Amount
                : grant.Amount == grant.Available + grant.Held + grant.Spent + grant.Expired + grant.Revoked;
            if (!closed || grant.Available.IsNegative || grant.Held.IsNegative || grant.Spent.IsNegative || grant.Expired.IsNegative || grant.Revoked.IsNegative)
            {
                throw new LedgerInvariantException($"Account '{Account}': grant {grant.Id} doesn't add up: {grant.ToGrant()}.");
            }
        }

        movedGrants.Clear();
    }
}
