using AiCredits.Ledger;

namespace AiCredits.Integrity;

/// <summary>Reads whole accounts for a proof. Every store implements it beside <see cref="ICreditStore"/>.</summary>
/// <remarks>Thread-safe. Never changes anything.</remarks>
public interface ILedgerArchive
{
    /// <summary>Accounts in the order of their ids, those after <paramref name="after"/>, at most <paramref name="limit"/>.</summary>
    /// <param name="after">The last account of the page before; null for the first page.</param>
    /// <param name="touchedSince">Only accounts with an entry since then (UTC); null for all.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    ValueTask<IReadOnlyList<AccountId>> GetAccountsAsync(AccountId? after, DateTime? touchedSince, int limit, CancellationToken cancellationToken = default);

    /// <summary>Lets <paramref name="read"/> read an account as of one moment; an account that nobody has used is empty.</summary>
    ValueTask<TResult> ReadAsync<TResult>(AccountId account, Func<AccountArchive, ValueTask<TResult>> read, CancellationToken cancellationToken = default);

    /// <summary>
    /// Like <see cref="ReadAsync"/>, but only what a quick look needs: the live grants, the open holds, no generations and at
    /// most the last <paramref name="maxEntries"/> entries. Costs the same however long the history is.
    /// </summary>
    ValueTask<TResult> ReadRecentAsync<TResult>(AccountId account, int maxEntries, Func<AccountArchive, ValueTask<TResult>> read, CancellationToken cancellationToken = default);

    /// <summary>Where the chains of accounts stand, in the order of their ids, those after <paramref name="after"/>, at most <paramref name="limit"/>. Accounts without an entry are left out.</summary>
    ValueTask<IReadOnlyList<ChainHead>> GetHeadsAsync(AccountId? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>One entry of an account; null when it has none of that number.</summary>
    ValueTask<Entry?> FindEntryAsync(AccountId account, long sequence, CancellationToken cancellationToken = default);

    /// <summary>The entry of an account that carries a key; null when none does.</summary>
    ValueTask<Entry?> FindEntryAsync(AccountId account, string key, CancellationToken cancellationToken = default);
}
