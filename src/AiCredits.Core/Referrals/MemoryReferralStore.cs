namespace AiCredits.Referrals;

/// <summary>The referral programme in this process's memory, lost when it ends.</summary>
internal sealed class MemoryReferralStore : IReferralStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<AccountId, ReferralAccount> accounts = [];
    private readonly Dictionary<string, AccountId> codes = new(StringComparer.Ordinal);

    public ValueTask<ReferralAccount?> FindAsync(AccountId account, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            return new(accounts.GetValueOrDefault(account));
        }
    }

    public ValueTask<ReferralAccount?> FindByCodeAsync(string code, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            return new(codes.TryGetValue(code, out var account) ? accounts[account] : null);
        }
    }

    public ValueTask<bool> SaveAsync(ReferralAccount account, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(account);
        lock (gate)
        {
            var found = accounts.GetValueOrDefault(account.Account);
            if ((found?.Version ?? 0) != account.Version || (account.Code is { } taken && codes.TryGetValue(taken, out var owner) && owner != account.Account))
            {
                return new(false);
            }

            if (found?.Code is { } former)
            {
                codes.Remove(former);
            }

            if (account.Code is { } code)
            {
                codes[code] = account.Account;
            }

            accounts[account.Account] = account with { Version = account.Version + 1 };
            return new(true);
        }
    }

    public ValueTask<IReadOnlyList<ReferralAccount>> GetUnfinishedAsync(int max, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            return new([.. accounts.Values.Where(account => account.State is ReferralState.Paying or ReferralState.TakingBack).Take(max)]);
        }
    }

    public ValueTask<ReferralCounts> CountAsync(AccountId referrer, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var referred = accounts.Values.Where(account => account.Referrer == referrer).ToList();
            return new(new ReferralCounts(referred.Count, referred.Count(account => account.State is ReferralState.Paying or ReferralState.Paid)));
        }
    }
}
