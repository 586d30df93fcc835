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
    private Dictionary<Guid, List<Entry>>? captures;

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

    public void LoadedCapture(Entry capture)
    {
        captures ??= [];
        if (!captures.TryGetValue(capture.HoldId!.Value, out var known))
        {
            captures.Add(capture.HoldId.Value, known = []);
        }

        // Two refunds of one generation ask for the same captures.
        if (known.Count == 0 || known[^1].Sequence < capture.Sequence)
        {
            known.Add(capture);
        }
    }

    public bool IsLoaded(long grantId) => grants.ContainsKey(grantId);

    public bool IsFinished(Guid generationId) => generations?.ContainsKey(generationId) == true;

    /// <summary>True when something may have ended, so that all open holds must be loaded.</summary>
    public bool IsDue(DateTime now) => AccountBook.IsDue(State!, now > State!.LastAt ? now : State.LastAt);

    /// <summary>The range of entries among which a hold's captures are; null when it has none that were written.</summary>
    public (long First, long Last)? CaptureRange(Guid holdId)
    {
        if (generations?.GetValueOrDefault(holdId) is { } finished)
        {
            return (finished.FirstEntry, finished.LastEntry);
        }

        return holds?.GetValueOrDefault(holdId) is { } open ? (open.EntrySequence, State!.Sequence) : null;
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

    IReadOnlyList<Entry> IAccountHistory.FindCaptures(Guid holdId) => captures?.GetValueOrDefault(holdId) ?? [];
}
