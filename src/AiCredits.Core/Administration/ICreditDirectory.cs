using AiCredits.Ledger;

namespace AiCredits.Administration;

/// <summary>Looks across accounts, for admins. Reads only. Every store implements it beside <see cref="ICreditStore"/>.</summary>
/// <remarks>Thread-safe. An outage is a <see cref="LedgerUnavailableException"/>.</remarks>
public interface ICreditDirectory
{
    /// <summary>The figures of accounts in the order of their ids, as they were last written: what has become due since is not subtracted.</summary>
    ValueTask<IReadOnlyList<AccountState>> FindAccountsAsync(AccountSearch search, CancellationToken cancellationToken = default);

    /// <summary>All grants of an account, the used-up ones too, newest first.</summary>
    ValueTask<IReadOnlyList<Grant>> GetGrantsAsync(AccountId account, CancellationToken cancellationToken = default);

    /// <summary>The open holds of one account or of all, oldest first.</summary>
    /// <param name="account">The account; null for all.</param>
    /// <param name="after">Only holds after this one: the last of the page before; null for the first page.</param>
    /// <param name="limit">How many at the most, 1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    ValueTask<IReadOnlyList<OpenHold>> GetOpenHoldsAsync(AccountId? account, HoldMark? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>The entries about one generation, oldest first.</summary>
    ValueTask<IReadOnlyList<Entry>> GetEntriesOfAsync(AccountId account, Generation generation, CancellationToken cancellationToken = default);
}
