using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Promotions;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Promotions;

/// <summary>Promo codes in the database. The row of a code is the lock of its redemptions, on all instances.</summary>
internal sealed class EfPromoCodeStore(CreditsDatabase database) : IPromoCodeStore
{
    public async ValueTask<bool> AddAsync(PromoCode code, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        try
        {
            return await database.WriteAsync(
                async (context, token) =>
                {
                    if (await Code(context, code.Code).AnyAsync(token).ConfigureAwait(false))
                    {
                        return false;
                    }

                    context.Add(PromoCodeRow.From(code));
                    await context.SaveChangesAsync(token).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException)
        {
            // Somebody else added it at the same moment.
            return false;
        }
    }

    public async ValueTask<PromoCode?> FindAsync(string code, CancellationToken cancellationToken = default) =>
        (await database.ReadAsync((context, token) => Code(context, code).AsNoTracking().FirstOrDefaultAsync(token), cancellationToken).ConfigureAwait(false))?.ToCode();

    public async ValueTask<bool> RetireAsync(string code, CancellationToken cancellationToken = default) =>
        await database.WriteAsync((context, token) => Code(context, code).ExecuteUpdateAsync(row => row.SetProperty(it => it.Retired, true), token), cancellationToken).ConfigureAwait(false) == 1;

    public async ValueTask<IReadOnlyList<PromoCode>> ListAsync(string? after, int limit, CancellationToken cancellationToken = default)
    {
        var rows = await database.ReadAsync(
            (context, token) => context.Set<PromoCodeRow>().AsNoTracking()
                .Where(row => after == null || row.Code.CompareTo(after) > 0)
                .OrderBy(row => row.Code)
                .Take(limit)
                .ToListAsync(token),
            cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToCode());
    }

    public async ValueTask<PromoReservation> ReserveAsync(string code, AccountId account, CancellationToken cancellationToken = default) =>
        await database.WriteAsync((context, token) => ReserveAsync(context, code, account, token), cancellationToken).ConfigureAwait(false);

    public async ValueTask CompleteAsync(PromoRedemption redemption, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(redemption);
        var (account, code, number) = (redemption.Account.Value, redemption.Code, redemption.Number);
        await database.WriteAsync(
            async (context, token) =>
            {
                var now = Stored.Micros(await database.NowAsync(context, token).ConfigureAwait(false));
                return await context.Set<PromoRedemptionRow>()
                    .Where(row => row.AccountId == account && row.Code == code && row.Number == number && row.GrantedAt == null)
                    .ExecuteUpdateAsync(row => row.SetProperty(it => it.GrantedAt, (long?)now), token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<PromoRedemption>> GetUnfinishedAsync(int max, CancellationToken cancellationToken = default)
    {
        var rows = await database.ReadAsync(
            (context, token) => context.Set<PromoRedemptionRow>().AsNoTracking()
                .Where(row => row.GrantedAt == null)
                .OrderBy(row => row.At)
                .Take(max)
                .ToListAsync(token),
            cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToRedemption());
    }

    private async Task<PromoReservation> ReserveAsync(DbContext context, string code, AccountId account, CancellationToken cancellationToken)
    {
        // Locks; what is read is read in statements of their own, after it.
        var locked = await Code(context, code).ExecuteUpdateAsync(row => row.SetProperty(it => it.Redeemed, it => it.Redeemed), cancellationToken).ConfigureAwait(false) == 1;
        if (!locked)
        {
            return new PromoReservation.NotValid();
        }

        var found = await Code(context, code).AsNoTracking().SingleAsync(cancellationToken).ConfigureAwait(false);
        var id = account.Value;
        var last = await context.Set<PromoRedemptionRow>().AsNoTracking()
            .Where(row => row.AccountId == id && row.Code == code)
            .OrderByDescending(row => row.Number)
            .FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var now = await database.NowAsync(context, cancellationToken).ConfigureAwait(false);
        var decision = PromoDecision.Reserve(found.ToCode(), last?.ToRedemption(), account, now);
        if (decision is PromoReservation.Reserved { Redemption: var redemption } && redemption.Number != last?.Number)
        {
            context.Add(PromoRedemptionRow.From(redemption));
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            await Code(context, code).ExecuteUpdateAsync(row => row.SetProperty(it => it.Redeemed, it => it.Redeemed + 1), cancellationToken).ConfigureAwait(false);
        }

        return decision;
    }

    private static IQueryable<PromoCodeRow> Code(DbContext context, string code) => context.Set<PromoCodeRow>().Where(row => row.Code == code);
}
