using System.Runtime.CompilerServices;
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
    public ValueTask<Statement> GetStatementAsync(AccountId account, DateTime from, DateTime to, CancellationToken cancellationToken = default) =>
        StateAsync(account, from, to, entries: [], cancellationToken);

    /// <summary>The statement of a period without its entries: takes the same memory however many there are.</summary>
    /// <param name="account">The account.</param>
    /// <param name="from">Start of the period (UTC), included.</param>
    /// <param name="to">End of the period (UTC), not included.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentException">The period is empty or not in UTC.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public ValueTask<Statement> GetTotalsAsync(AccountId account, DateTime from, DateTime to, CancellationToken cancellationToken = default) =>
        StateAsync(account, from, to, entries: null, cancellationToken);

    private async ValueTask<Statement> StateAsync(AccountId account, DateTime from, DateTime to, List<Entry>? entries, CancellationToken cancellationToken)
    {
        if (from >= to)
        {
            throw new ArgumentException($"The period from {from:O} to {to:O} is empty. Give an end after the start.");
        }

        await store.ExecuteAsync(new TouchCommand(account), cancellationToken).ConfigureAwait(false);
        var sums = new Dictionary<EntryKind, Credits>();
        await foreach (var entry in EntriesAsync(account, from, to, cancellationToken).ConfigureAwait(false))
        {
            sums[entry.Kind] = sums.GetValueOrDefault(entry.Kind) + entry.Amount;
            entries?.Add(entry);
        }

        entries?.Reverse();
        var opening = await BalanceAsync(account, from.AddTicks(-10), cancellationToken).ConfigureAwait(false);
        var closing = await BalanceAsync(account, to.AddTicks(-10), cancellationToken).ConfigureAwait(false);
        return new Statement(account, from, to, opening.Available + opening.Held, closing.Available + closing.Held)
        {
            Granted = sums.GetValueOrDefault(EntryKind.Grant),
            Spent = sums.GetValueOrDefault(EntryKind.Capture),
            Refunded = sums.GetValueOrDefault(EntryKind.Refund),
            Expired = sums.GetValueOrDefault(EntryKind.Expire),
            Revoked = sums.GetValueOrDefault(EntryKind.Revoke) + sums.GetValueOrDefault(EntryKind.Repay),
            TransferredOut = sums.GetValueOrDefault(EntryKind.Transfer),
            Entries = entries ?? [],
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

    private async IAsyncEnumerable<Entry> EntriesAsync(AccountId account, DateTime from, DateTime to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new EntryQuery(account) { From = from, To = to, Kinds = ChangesWhatIsOwned, Limit = PageSize };
        while (true)
        {
            var page = await store.GetEntriesAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                yield return entry;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            query = query with { Before = page[^1].Sequence };
        }
    }
}
