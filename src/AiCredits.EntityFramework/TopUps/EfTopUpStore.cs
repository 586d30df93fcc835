using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Events;
using AiCredits.TopUps;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.TopUps;

/// <summary>Top-ups in the database, and their events in the transaction that changes them.</summary>
internal sealed class EfTopUpStore(CreditsDatabase database) : ITopUpStore
{
    public ValueTask<bool> SaveAsync(TopUp topUp, IReadOnlyList<CreditEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topUp);
        ArgumentNullException.ThrowIfNull(events);
        var id = topUp.Account.Value;
        return VersionedRows.SaveAsync(
            database,
            topUp.Version,
            rows => rows.Where(row => row.AccountId == id),
            () => new TopUpRow { AccountId = id },
            row => row.Set(topUp),
            cancellationToken,
            events);
    }

    public async ValueTask<TopUp?> FindAsync(AccountId account, CancellationToken cancellationToken = default)
    {
        var id = account.Value;
        return (await database.ReadAsync((context, token) => context.Set<TopUpRow>().AsNoTracking().FirstOrDefaultAsync(row => row.AccountId == id, token), cancellationToken).ConfigureAwait(false))?.ToTopUp();
    }

    public async ValueTask<IReadOnlyList<TopUp>> ListDueAsync(DateTime now, int max, CancellationToken cancellationToken = default)
    {
        var micros = Stored.Micros(now);
        var rows = await database.ReadAsync(
            (context, token) => context.Set<TopUpRow>().AsNoTracking().Where(row => row.DueAt != null && row.DueAt <= micros).OrderBy(row => row.DueAt).ThenBy(row => row.AccountId).Take(max).ToListAsync(token),
            cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToTopUp());
    }
}
