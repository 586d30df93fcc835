using AiCredits.Ledger;

namespace AiCredits.Statements;

/// <summary>Reads balances and statements of past times from the history.</summary>
/// <remarks>Thread-safe. What was due by now is written first, so that what ended in the period shows in it.</remarks>
public sealed class AccountStatements
{
    private static readonly EntryKind[] ChangesWhatIsOwned = [EntryKind.Grant, EntryKind.Capture, EntryKind.Expire, EntryKind.Revoke, EntryKind.Repay, EntryKind.Refund, EntryKind.Transfer];
    private const int PageSize = 1_000;
    private readonly ICreditStore store;

    /// <summary>Makes a reader over a store.</summary>
    public AccountStatements(ICreditStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        this.store = store;
    }

    /// <summary>The balance after the last entry at or before <paramref name="at"/> (UTC).</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<AccountBalance> GetBalanceAsync(AccountId account, DateTime at, CancellationToken cancellationToken = default)
    {
        await store.ExecuteAsync(new TouchCommand(account), cancellationToken).ConfigureAwait(false);
        return await BalanceAsync(account, at, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The statement of a period.</summary>
    /// <param name="account">The account.</param>
    /// <param name="from">Start of the period (UTC), included.</param>
    /// <param name="to">End of the period (UTC), not included.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentException">The period is empty or not in UTC.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<Statement> GetStatementAsync(AccountId account, DateTime from, DateTime to, CancellationToken cancellationToken = default)
    {
        if (from >= to)
        {
            throw new ArgumentException($"The period from {from:O} to {to:O} is empty. Give an end after the start.");
        }

        await store.ExecuteAsync(new TouchCommand(account), cancellationToken).ConfigureAwait(false);
        var entries = await EntriesAsync(account, from, to, cancellationToken).ConfigureAwait(false);
        var opening = await BalanceAsync(account, from.AddTicks(-10), cancellationToken).ConfigureAwait(false);
        var closing = await BalanceAsync(account, to.AddTicks(-10), cancellationToken).ConfigureAwait(false);
        return new Statement(account, from, to, opening.Available + opening.Held, closing.Available + closing.Held)
        {
            Granted = Sum(entries, EntryKind.Grant),
            Spent = Sum(entries, EntryKind.Capture),
            Refunded = Sum(entries, EntryKind.Refund),
            Expired = Sum(entries, EntryKind.Expire),
            Revoked = Sum(entries, EntryKind.Revoke) + Sum(entries, EntryKind.Repay),
            TransferredOut = Sum(entries, EntryKind.Transfer),
            Entries = entries,
        };
    }

    // A microsecond is ten ticks, and the finest step of time in the ledger.
    private async ValueTask<AccountBalance> BalanceAsync(AccountId account, DateTime at, CancellationToken cancellationToken)
    {
        var last = await store.GetEntriesAsync(new EntryQuery(account) { To = at.AddTicks(10), Limit = 1 }, cancellationToken).ConfigureAwait(false);
        return last.Count == 0
            ? new AccountBalance(at, Credits.Zero, Credits.Zero, Credits.Zero)
            : new AccountBalance(at, last[0].AvailableAfter, last[0].HeldAfter, last[0].DebtAfter);
    }

    private async ValueTask<List<Entry>> EntriesAsync(AccountId account, DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        var entries = new List<Entry>();
        var query = new EntryQuery(account) { From = from, To = to, Kinds = ChangesWhatIsOwned, Limit = PageSize };
        while (true)
        {
            var page = await store.GetEntriesAsync(query, cancellationToken).ConfigureAwait(false);
            entries.AddRange(page);
            if (page.Count < PageSize)
            {
                entries.Reverse();
                return entries;
            }

            query = query with { Before = page[^1].Sequence };
        }
    }

    private static Credits Sum(List<Entry> entries, EntryKind kind)
    {
        var sum = Credits.Zero;
        foreach (var entry in entries)
        {
            sum += entry.Kind == kind ? entry.Amount : Credits.Zero;
        }

        return sum;
    }
}
