using AiCredits.Conformance;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Ledger;

namespace AiCredits.Reliability.Simulation;

/// <summary>What a database would have committed: rows in memory, changed a whole batch at a time or not at all.</summary>
internal sealed class SimulatedStore
{
    private readonly Dictionary<AccountId, KernelLedger> _accounts = [];

    public IReadOnlyDictionary<AccountId, KernelLedger> Accounts => _accounts;

    /// <summary>Loads, decides and, if it is to be committed, writes a batch, as the executors do.</summary>
    public void Execute(ReadOnlySpan<PendingCommand> commands, DateTime now, bool commits)
    {
        var batch = new LedgerBatch(commands);
        Load(batch, now);
        if (!batch.TryDecide(now, LedgerRules.None))
        {
            throw new InvalidOperationException("All grants were loaded, and that was not enough.");
        }

        foreach (var changes in batch.Changes)
        {
            if (commits)
            {
                RowsOf(changes.State.Account).Write(changes);
            }
        }
    }

    private KernelLedger RowsOf(AccountId account)
    {
        if (!_accounts.TryGetValue(account, out var rows))
        {
            _accounts.Add(account, rows = new KernelLedger(account));
        }

        return rows;
    }

    // No more than the statements of the executors ask for, so that a book that needs more is found out.
    private void Load(LedgerBatch batch, DateTime now)
    {
        foreach (var account in batch.Accounts)
        {
            var rows = RowsOf(account.Account);
            account.State = rows.State;
            Each(rows.Grants.Values.Where(grant => grant.IsLive), account.Loaded);
            if (account.IsDue(now))
            {
                Each(rows.Holds.Values, account.Loaded);
            }
        }

        foreach (var (account, id) in batch.Grants)
        {
            Each(Found(RowsOf(account.Account).Grants.GetValueOrDefault(id)), account.Loaded);
        }

        foreach (var (account, id) in batch.Holds)
        {
            Each(Found(RowsOf(account.Account).Holds.GetValueOrDefault(id)), account.Loaded);
            Each(Found(RowsOf(account.Account).Generations.GetValueOrDefault(id)), account.Loaded);
        }

        foreach (var (account, key) in batch.Keys)
        {
            IAccountHistory history = RowsOf(account.Account);
            Each(Found(history.FindRefusal(key)), account.Loaded);
            if (history.FindEntry(key) is { } entry)
            {
                account.Loaded(entry);
                Each(Found(entry.HoldId is { } hold ? history.FindGeneration(hold) : null), account.Loaded);
            }
        }

        LoadCaptures(batch);
    }

    private void LoadCaptures(LedgerBatch batch)
    {
        foreach (var account in batch.Accounts)
        {
            var rows = RowsOf(account.Account);
            foreach (var refund in account.Refunds)
            {
                while (account.NextCaptureRange(refund.HoldId) is { } range)
                {
                    var captures = rows.Entries.Where(entry => entry.Sequence >= range.First && entry.Sequence <= range.Last && entry.HoldId == refund.HoldId && entry.Kind == EntryKind.Capture).ToList();
                    account.LoadedCaptures(refund.HoldId, range.First, captures);
                    Each(captures.SelectMany(capture => capture.Slices).Where(slice => !account.IsLoaded(slice.GrantId)).Select(slice => rows.Grants[slice.GrantId]).Distinct(), account.Loaded);
                }
            }
        }
    }

    private static IEnumerable<T> Found<T>(T? row)
        where T : class => row is null ? [] : [row];

    private static void Each<T>(IEnumerable<T> rows, Action<T> take)
    {
        foreach (var row in rows)
        {
            take(row);
        }
    }
}
