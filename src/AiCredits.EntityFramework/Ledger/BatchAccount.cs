using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>One account of a batch: its commands in order of arrival, what was loaded for them, and what the kernel decides.</summary>
internal sealed class BatchAccount(AccountId account) : IAccountHistory
{
    // Nearly every account has fewer. Of the others a spend needs no more, until very many run side by side.
    internal const int FewGrants = 64;
    private const int GrantsPerCommand = 4;

    private readonly List<PendingCommand> commands = [];
    private readonly Dictionary<long, Grant> grants = [];
    private Dictionary<Guid, Hold>? holds;
    private Dictionary<string, Entry>? entries;
    private Dictionary<string, Refusal>? refusals;
    private Dictionary<Guid, Generation>? generations;
    private Dictionary<string, Member>? members;
    private Dictionary<Guid, (long From, Entry[] Found)>? captures;
    private Grant? grantsUpTo;
    private bool needsAllGrants;
    private bool hasMoreGrants;

    public AccountId Account => account;

    /// <summary>The figures before the batch; loaded first.</summary>
    public AccountState? State { get; set; }

    /// <summary>The refunds, one per hold, which need the captures they give back.</summary>
    public IEnumerable<RefundCommand> Refunds => commands.Select(pending => pending.Command).OfType<RefundCommand>().DistinctBy(refund => refund.HoldId);

    /// <summary>How many live grants to load at first, in burn order.</summary>
    public int GrantsToLoad => needsAllGrants ? int.MaxValue : FewGrants;

    /// <summary>How many grants with something available to load, in burn order, when the first ones were too few; null when all must be loaded then.</summary>
    public int? MoreGrantsToLoad => hasMoreGrants ? null : FewGrants + (GrantsPerCommand * commands.Count);

    /// <summary>True when there are live grants that have not been loaded.</summary>
    public bool LacksGrants => grantsUpTo is not null;

    /// <summary>How many grants have been loaded.</summary>
    public int GrantCount => grants.Count;

    /// <summary>The live grants as the batch leaves them; null when not all of them were loaded, or very many.</summary>
    public List<Grant>? LiveGrantsAfter
    {
        get
        {
            if (LacksGrants || Changes is null || grants.Count > FewGrants)
            {
                return null;
            }

            var after = new Dictionary<long, Grant>(grants);
            foreach (var grant in Changes.Grants)
            {
                after[grant.Id] = grant;
            }

            return [.. after.Values.Where(static grant => grant.IsLive)];
        }
    }

    /// <summary>The grants under the holds that were loaded, where they have not been loaded themselves.</summary>
    public IEnumerable<long> GrantsOfHolds => holds is null ? [] : holds.Values.SelectMany(hold => hold.Slices).Select(slice => slice.GrantId).Distinct().Where(id => !IsLoaded(id));

    /// <summary>Null until <see cref="TryDecide"/> has succeeded.</summary>
    public AccountChanges? Changes { get; private set; }

    public void Add(PendingCommand pending)
    {
        commands.Add(pending);
        needsAllGrants |= !AccountBook.NeedsFirstGrantsOnly(pending.Command);
    }

    /// <summary>Notes the live grants found in burn order when at most <paramref name="most"/> were asked for.</summary>
    public void LoadedInOrder(IReadOnlyCollection<Grant> found, int most)
    {
        foreach (var grant in found)
        {
            Loaded(grant);
        }

        grantsUpTo = found.Count < most ? null : found.Last();
    }

    /// <summary>Notes the first grants with something available; there may be others that have nothing now.</summary>
    public void LoadedMore(IReadOnlyCollection<Grant> found)
    {
        foreach (var grant in found)
        {
            Loaded(grant);
        }

        hasMoreGrants = true;
        grantsUpTo = found.LastOrDefault() ?? grantsUpTo;
    }

    // A row may be asked for by several commands and then comes several times.
    public void Loaded(Grant grant) => grants[grant.Id] = grant;

    public void Loaded(Hold hold) => (holds ??= [])[hold.Id] = hold;

    public void Loaded(Entry entry) => (entries ??= new(StringComparer.Ordinal))[entry.Key!] = entry;

    public void Loaded(Refusal refusal) => (refusals ??= new(StringComparer.Ordinal))[refusal.Key] = refusal;

    public void Loaded(Generation generation) => (generations ??= [])[generation.Id] = generation;

    public void Loaded(Member member) => (members ??= new(StringComparer.Ordinal))[member.Id] = member;

    /// <summary>The members that the commands name, and those of the holds and generations that were loaded. Most accounts have none.</summary>
    public IEnumerable<string> NamedMembers()
    {
        HashSet<string>? named = null;
        foreach (var pending in commands)
        {
            Add(pending.Command.ConcernedMember);
        }

        foreach (var hold in holds?.Values ?? Enumerable.Empty<Hold>())
        {
            Add(hold.Generation.Member);
        }

        foreach (var generation in generations?.Values ?? Enumerable.Empty<Generation>())
        {
            Add(generation.Start.Member);
        }

        return named ?? Enumerable.Empty<string>();

        void Add(string? member)
        {
            if (member is not null)
            {
                (named ??= new(StringComparer.Ordinal)).Add(member);
            }
        }
    }

    /// <param name="holdId">The hold of the captures.</param>
    /// <param name="from">The first entry that was looked at.</param>
    /// <param name="found">Its captures in the range looked at, oldest first.</param>
    public void LoadedCaptures(Guid holdId, long from, IEnumerable<Entry> found)
    {
        captures ??= [];
        captures[holdId] = (from, [.. found, .. captures.TryGetValue(holdId, out var later) ? later.Found : []]);
    }

    public Grant? FindLoaded(long grantId) => grants.GetValueOrDefault(grantId);

    public bool IsLoaded(long grantId) => grants.ContainsKey(grantId);

    public bool IsFinished(Guid generationId) => generations?.ContainsKey(generationId) == true;

    /// <summary>True when something may have ended, so that all open holds must be loaded.</summary>
    public bool IsDue(DateTime now) => AccountBook.IsDue(State!, now > State!.LastAt ? now : State.LastAt);

    /// <summary>
    /// The entries to look at next for a hold's captures; null when all are known. The last few first: nearly always they
    /// have the one capture, while a long generation on a busy account spans very many.
    /// </summary>
    public (long First, long Last)? NextCaptureRange(Guid holdId)
    {
        const int LastFew = 16;
        var (first, last, charged) = generations?.GetValueOrDefault(holdId) is { } finished ? (finished.FirstEntry, finished.LastEntry, finished.Charged)
            : holds?.GetValueOrDefault(holdId) is { } open ? (open.EntrySequence, State!.Sequence, open.Captured)
            : default;
        if (captures is null || !captures.TryGetValue(holdId, out var known))
        {
            return charged.IsZero ? null : (Math.Max(first, last - LastFew + 1), last);
        }

        return known.From > first && known.Found.Aggregate(Credits.Zero, (sum, capture) => sum + capture.Amount) < charged ? (first, known.From - 1) : null;
    }

    /// <summary>Applies the commands in order and notes an answer on each; false when that takes more grants than were loaded.</summary>
    public bool TryDecide(DateTime now, LedgerRules rules)
    {
        var book = new AccountBook(State!, grants.Values, holds is null ? [] : holds.Values, IsDue(now), this, rules, grantsUpTo);
        foreach (var pending in commands)
        {
            try
            {
                pending.Decide(book.Apply(pending.Command, now));
            }
            catch (ArgumentException exception)
            {
                pending.Refuse(exception);
            }
            catch (MoreGrantsNeededException)
            {
                return false;
            }
        }

        Changes = book.TakeChanges();
        return true;
    }

    Entry? IAccountHistory.FindEntry(string key) => entries?.GetValueOrDefault(key);

    Refusal? IAccountHistory.FindRefusal(string key) => refusals?.GetValueOrDefault(key);

    Generation? IAccountHistory.FindGeneration(Guid id) => generations?.GetValueOrDefault(id);

    Member? IAccountHistory.FindMember(string id) => members?.GetValueOrDefault(id);

    Grant? IAccountHistory.FindGrant(long id) => null;

    IReadOnlyList<Entry> IAccountHistory.FindCaptures(Guid holdId) => captures?.GetValueOrDefault(holdId).Found ?? [];
}
