using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Idempotency;
using AiCredits.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Idempotency;

/// <summary>Answers in the database. A claim is the row itself: who inserts it, or takes over one whose time is over, is the first.</summary>
internal sealed class EfResponseStore(CreditsDatabase database) : IResponseStore
{
    private const int Attempts = 10;

    public async ValueTask<ResponseClaim> ClaimAsync(AccountId account, string key, ReadOnlyMemory<byte> requestHash, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            try
            {
                if (await database.WriteAsync((context, token) => TryClaimAsync(context, account, key, requestHash, lease, token), cancellationToken).ConfigureAwait(false) is { } claim)
                {
                    return claim;
                }
            }
            catch (DbUpdateException)
            {
                // Another request inserted it at the same moment: the next look finds it.
            }
        }

        throw new LedgerUnavailableException($"The idempotency key was claimed and given up {Attempts} times while it was looked at. Try again.");
    }

    public async ValueTask CompleteAsync(AccountId account, string key, StoredResponse response, TimeSpan keepFor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        await database.WriteAsync(
            async (context, token) =>
            {
                var until = Stored.Micros(await database.NowAsync(context, token).ConfigureAwait(false) + keepFor);
                var (headers, body) = (ResponseRow.WriteHeaders(response.Headers), response.Body?.ToArray());
                return await Row(context, account, key).ExecuteUpdateAsync(
                    row => row.SetProperty(it => it.Until, until)
                        .SetProperty(it => it.Status, response.Status)
                        .SetProperty(it => it.Headers, headers)
                        .SetProperty(it => it.Body, body),
                    token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask AbandonAsync(AccountId account, string key, CancellationToken cancellationToken = default) =>
        await database.WriteAsync((context, token) => Row(context, account, key).ExecuteDeleteAsync(token), cancellationToken).ConfigureAwait(false);

    public async ValueTask<int> CleanUpAsync(int max, CancellationToken cancellationToken = default) => await database.WriteAsync(
        async (context, token) =>
        {
            var now = Stored.Micros(await database.NowAsync(context, token).ConfigureAwait(false));
            return await context.Set<ResponseRow>().Where(row => row.Until <= now).OrderBy(row => row.Until).Take(max).ExecuteDeleteAsync(token).ConfigureAwait(false);
        },
        cancellationToken).ConfigureAwait(false);

    // Null when the row was changed by another request between being read and being taken over.
    private async Task<ResponseClaim?> TryClaimAsync(DbContext context, AccountId account, string key, ReadOnlyMemory<byte> requestHash, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = await database.NowAsync(context, cancellationToken).ConfigureAwait(false);
        var (hash, until) = (requestHash.ToArray(), Stored.Micros(now + lease));
        var found = await Row(context, account, key).AsNoTracking().FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (found is null)
        {
            context.Add(new ResponseRow { AccountId = account.Value, Key = key, RequestHash = hash, Until = until });
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return new ResponseClaim.First();
        }

        if (found.Until > Stored.Micros(now))
        {
            return !found.RequestHash.AsSpan().SequenceEqual(hash) ? new ResponseClaim.Conflict()
                : found.Status is null ? new ResponseClaim.Running()
                : new ResponseClaim.Answered(found.ToResponse());
        }

        var taken = await Row(context, account, key).Where(row => row.Until == found.Until).ExecuteUpdateAsync(
            row => row.SetProperty(it => it.RequestHash, hash)
                .SetProperty(it => it.Until, until)
                .SetProperty(it => it.Status, (int?)null)
                .SetProperty(it => it.Headers, (string?)null)
                .SetProperty(it => it.Body, (byte[]?)null),
            cancellationToken).ConfigureAwait(false);
        return taken == 1 ? new ResponseClaim.First() : null;
    }

    private static IQueryable<ResponseRow> Row(DbContext context, AccountId account, string key)
    {
        var id = account.Value;
        return context.Set<ResponseRow>().Where(row => row.AccountId == id && row.Key == key);
    }
}
