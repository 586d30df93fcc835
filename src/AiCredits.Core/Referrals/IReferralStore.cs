namespace AiCredits.Referrals;

/// <summary>Where the accounts of the referral programme are kept.</summary>
/// <remarks>Thread-safe on any number of instances. An outage is a <see cref="Ledger.LedgerUnavailableException"/>.</remarks>
public interface IReferralStore
{
    /// <summary>An account; null when it was never saved.</summary>
    ValueTask<ReferralAccount?> FindAsync(AccountId account, CancellationToken cancellationToken = default);

    /// <summary>The account of a code, given in capitals; null when there is none.</summary>
    ValueTask<ReferralAccount?> FindByCodeAsync(string code, CancellationToken cancellationToken = default);

    /// <summary>
    /// Saves an account with its <see cref="ReferralAccount.Version"/> raised by one, if it still has the version given;
    /// false, with nothing changed, when somebody else was faster or another account has the code.
    /// </summary>
    ValueTask<bool> SaveAsync(ReferralAccount account, CancellationToken cancellationToken = default);

    /// <summary>Accounts that are <see cref="ReferralState.Paying"/> or <see cref="ReferralState.TakingBack"/>, in any order.</summary>
    ValueTask<IReadOnlyList<ReferralAccount>> GetUnfinishedAsync(int max, CancellationToken cancellationToken = default);

    /// <summary>How many accounts a referrer has brought, and how many of them have paid off.</summary>
    ValueTask<ReferralCounts> CountAsync(AccountId referrer, CancellationToken cancellationToken = default);
}
