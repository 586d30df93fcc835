using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>One account of a batch: its commands in order of arrival, what was loaded for them, and what the kernel decides.</summary>
internal sealed class BatchAccount(AccountId account) : IAccountHistory
{
    private readonly List<PendingCommand> commands = [];
    private readonly Dictionary<long, Grant> grants = [];
    private Dictionary<Guid, Hold>? holds;
    private Dictionary<string, Entry>? entries;
    private Dictionary<string, Refusal>? refusals;
    private Dictionary<Guid, Generation>? generations;
    private Dictionary<Guid, (long From, Entry[] Found)>? captures;

    public AccountId Account => account;

    /// <summary>The figures before the batch; loaded first.</summary>
    public AccountState? State { get; set; }

    /// <summary>The refunds, one per hold, which need the captures they give back.</summary>
    public IEnumerable<RefundCommand> Refunds => commands.Select(pending => pending.Command).OfType<RefundCommand>().DistinctBy(refund => refund.HoldId);

    public void Add(PendingCommand pending) => commands.Add(pending);

    // A row may be asked for by several commands and then comes several times.
    public void Loaded(Grant grant) => grants[grant.Id] = grant;

    public void Loaded(Hold hold) => (holds ??= [])[hold.Id] = hold;

    public void Loaded(Entry entry) => (entries ??= new(StringComparer.Ordinal))[entry.Key!] = entry;

    public void Loaded(Refusal refusal) => (refusals ??= new(StringComparer.Ordinal))[refusal.Key] = refusal;

    public void Loaded(Generation generation) => (generations ??= [])[generation.Id] = generation;

    /// <param name="holdId">The hold of the captures.</param>
    /// <param name="from">The first entry that was looked at.</param>
    /// <param name="found">Its captures in the range looked at, oldest first.</param>
    public void LoadedCaptures(Guid holdId, long from, IEnumerable<Entry> found)
    {
        captures ??= [];
        captures[holdId] = (from, [.. found, .. captures.TryGetValue(holdId, out var later) ? later.Found : []]);
    }

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

    /// <summary>Applies the commands in order, notes an answer on each, and returns what is to be written.</summary>
    public AccountChanges Decide(DateTime now, LedgerRules rules)
    {
        var book = new AccountBook(State!, grants.Values, holds is null ? [] : holds.Values, IsDue(now), this, rules);
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
        }

        return book.TakeChanges();
    }

    Entry? IAccountHistory.FindEntry(string key) => entries?.GetValueOrDefault(key);

    Refusal? IAccountHistory.FindRefusal(string key) => refusals?.GetValueOrDefault(key);

    Generation? IAccountHistory.FindGeneration(Guid id) => generations?.GetValueOrDefault(id);

    Grant? IAccountHistory.FindGrant(long id) => null;

    IReadOnlyList<Entry> IAccountHistory.FindCaptures(Guid holdId) => captures?.GetValueOrDefault(holdId).Found ?? [];
}
