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
}
