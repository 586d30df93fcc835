using AiCredits.EntityFramework.Hosting;
using AiCredits.Referrals;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Referrals;

/// <summary>The referral programme in the database, one row an account, saved only while its version is as it was read.</summary>
internal sealed class EfReferralStore(CreditsDatabase database) : IReferralStore
{
    public async ValueTask<ReferralAccount?> FindAsync(AccountId account, CancellationToken cancellationToken = default)
    {
        var id = account.Value;
        return (await FindRowAsync(row => row.AccountId == id, cancellationToken).ConfigureAwait(false))?.ToAccount();
    }

    public async ValueTask<ReferralAccount?> FindByCodeAsync(string code, CancellationToken cancellationToken = default) =>
        (await FindRowAsync(row => row.Code == code, cancellationToken).ConfigureAwait(false))?.ToAccount();

    public ValueTask<bool> SaveAsync(ReferralAccount account, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(account);
        var id = account.Account.Value;
        return VersionedRows.SaveAsync(
            database,
            account.Version,
            rows => rows.Where(row => row.AccountId == id),
            () => new ReferralRow { AccountId = id },
            row => row.Set(account),
            cancellationToken);
    }

    public async ValueTask<IReadOnlyList<ReferralAccount>> GetUnfinishedAsync(int max, CancellationToken cancellationToken = default)
    {
        var rows = await database.ReadAsync(
            (context, token) => context.Set<ReferralRow>().AsNoTracking()
                .Where(row => row.State == ReferralState.Paying || row.State == ReferralState.TakingBack)
                .Take(max)
                .ToListAsync(token),
            cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToAccount());
    }

    public async ValueTask<ReferralCounts> CountAsync(AccountId referrer, CancellationToken cancellationToken = default)
    {
        var id = referrer.Value;
        return await database.ReadAsync(
            async (context, token) =>
            {
                var mine = context.Set<ReferralRow>().Where(row => row.ReferrerId == id);
                var referred = await mine.CountAsync(token).ConfigureAwait(false);
                var paid = await mine.CountAsync(row => row.State == ReferralState.Paying || row.State == ReferralState.Paid, token).ConfigureAwait(false);
                return new ReferralCounts(referred, paid);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private Task<ReferralRow?> FindRowAsync(System.Linq.Expressions.Expression<Func<ReferralRow, bool>> which, CancellationToken cancellationToken) =>
        database.ReadAsync((context, token) => context.Set<ReferralRow>().AsNoTracking().FirstOrDefaultAsync(which, token), cancellationToken);
}
