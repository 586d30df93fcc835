using System.Security.Cryptography;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Guests;
using AiCredits.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Guests;

/// <summary>Counts guests in the database. The rows of a guest's subjects are its lock, taken in the order of their keys.</summary>
internal sealed class EfGuestLimiter(CreditsDatabase database) : IGuestLimiter
{
    private const int Attempts = 10;
    private const string HashKeyName = "guest_hash_key";

    private byte[]? hashKey;

    public async ValueTask<GuestHoldResult> HoldAsync(GuestHoldRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Guest.Validate();
        return await WithWindowsAsync(request.Guest, (context, token) => TryHoldAsync(context, request, token), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<GuestUsage> SettleAsync(GuestSettleRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Guest.Validate();
        return await WithWindowsAsync(request.Guest, (context, token) => TrySettleAsync(context, request, token), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<GuestUsage> GetUsageAsync(GuestIdentity guest, GuestWindowRule rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(guest);
        guest.Validate();
        return await database.ReadAsync(
            async (context, token) =>
            {
                var windows = await GuestWindows.ReadAsync(context, guest, token).ConfigureAwait(false);
                var now = await database.NowAsync(context, token).ConfigureAwait(false);
                foreach (var window in windows.Windows)
                {
                    window.Advance(now, rule);
                }

                return GuestDecision.Usage(windows.Windows, rule);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> ClaimAsync(string guestId, AccountId account, CancellationToken cancellationToken = default)
    {
        if (await FindOwnerAsync(guestId, cancellationToken).ConfigureAwait(false) is { } owner)
        {
            return owner == account.Value;
        }

        try
        {
            return await database.WriteAsync(
                async (context, token) =>
                {
                    var now = await database.NowAsync(context, token).ConfigureAwait(false);
                    context.Add(new GuestClaimRow { GuestId = guestId, AccountId = account.Value, ClaimedAt = Stored.Micros(now) });
                    await context.SaveChangesAsync(token).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException)
        {
            // Somebody else claimed it at the same moment.
            return await FindOwnerAsync(guestId, cancellationToken).ConfigureAwait(false) == account.Value;
        }
    }

    public async ValueTask<IReadOnlyList<Generation>> GetGenerationsAsync(string guestId, int limit, CancellationToken cancellationToken = default)
    {
        var rows = await database.ReadAsync(
            (context, token) => context.Set<GuestGenerationRow>().AsNoTracking()
                .Where(row => row.GuestId == guestId)
                .OrderByDescending(row => row.GenerationId)
                .Take(limit)
                .ToListAsync(token),
            cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToGeneration());
    }

    public async ValueTask<ReadOnlyMemory<byte>> GetHashKeyAsync(CancellationToken cancellationToken = default)
    {
        if (hashKey is null)
        {
            var text = await FindHashKeyAsync(cancellationToken).ConfigureAwait(false) ?? await AddHashKeyAsync(cancellationToken).ConfigureAwait(false);
            hashKey = Convert.FromBase64String(text);
        }

        return hashKey;
    }

    public async ValueTask<int> CleanUpAsync(GuestWindowRule rule, int max, CancellationToken cancellationToken = default)
    {
        var now = await database.ReadAsync((context, token) => database.NowAsync(context, token).AsTask(), cancellationToken).ConfigureAwait(false);
        await EndForgottenAsync(Stored.Micros(now), max, cancellationToken).ConfigureAwait(false);
        return await GuestWindows.RemoveOverAsync(database, rule, now, max, cancellationToken).ConfigureAwait(false);
    }

    private async Task<GuestHoldResult?> TryHoldAsync(DbContext context, GuestHoldRequest request, CancellationToken cancellationToken)
    {
        if (await GuestWindows.LockAsync(context, request.Guest, cancellationToken).ConfigureAwait(false) is not { IsComplete: true } windows)
        {
            return null;
        }

        var now = await database.NowAsync(context, cancellationToken).ConfigureAwait(false);
        var result = GuestDecision.Hold(windows.Windows, request, now);
        if (result is GuestHoldResult.Held { Replayed: false })
        {
            var row = await FindGenerationAsync(context, request.GenerationId, cancellationToken).ConfigureAwait(false);
            if (row is null)
            {
                row = new GuestGenerationRow { GenerationId = request.GenerationId, GuestId = request.Guest.GuestId };
                context.Add(row);
            }

            row.Set(GuestGeneration.Started(request, now));
            row.LeaseUntil = Stored.Micros(now + request.Lease);
            await windows.WriteAsync(context, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    // Null when a window is gone that must be there: a window without uses has nothing to settle, but one that outlived its lease.
    private async Task<GuestUsage?> TrySettleAsync(DbContext context, GuestSettleRequest request, CancellationToken cancellationToken)
    {
        var windows = await GuestWindows.LockAsync(context, request.Guest, cancellationToken).ConfigureAwait(false);
        var now = await database.NowAsync(context, cancellationToken).ConfigureAwait(false);
        var row = await FindGenerationAsync(context, request.GenerationId, cancellationToken).ConfigureAwait(false);
        var record = row?.ToGeneration();
        if (!windows.IsComplete && GuestDecision.IsLate(request, record))
        {
            return null;
        }

        if (row is { Status: GenerationStatus.Running or GenerationStatus.Expired })
        {
            row.Set(GuestGeneration.Ended(record!, request, now));
            // Always written: a roll-up may have taken the row as counted since it was read.
            context.Entry(row).Property(it => it.Unrolled).IsModified = true;
        }

        var usage = GuestDecision.Settle(windows.Windows, request, record, now);
        await windows.WriteAsync(context, cancellationToken).ConfigureAwait(false);
        return usage;
    }

    /// <summary>Does what answers null for want of a window, after adding those that are missing.</summary>
    private async Task<TResult> WithWindowsAsync<TResult>(GuestIdentity guest, Func<DbContext, CancellationToken, Task<TResult?>> tryAsync, CancellationToken cancellationToken)
        where TResult : class
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await database.WriteAsync(tryAsync, cancellationToken).ConfigureAwait(false) is { } result)
            {
                return result;
            }

            // In transactions of their own: of two first touches one fails here, and then both find the rows and lock them.
            foreach (var subject in guest.Subjects)
            {
                await AddWindowAsync(subject.Key, cancellationToken).ConfigureAwait(false);
            }
        }

        throw new LedgerUnavailableException($"The windows of a guest were removed {Attempts} times while they were to be locked. Try again.");
    }

    private static Task<GuestGenerationRow?> FindGenerationAsync(DbContext context, Guid id, CancellationToken cancellationToken) =>
        context.Set<GuestGenerationRow>().AsTracking().FirstOrDefaultAsync(row => row.GenerationId == id, cancellationToken);

    private async Task AddWindowAsync(string subject, CancellationToken cancellationToken)
    {
        try
        {
            await database.WriteAsync(
                async (context, token) =>
                {
                    if (!await context.Set<GuestWindowRow>().AnyAsync(row => row.Subject == subject, token).ConfigureAwait(false))
                    {
                        // Open, so that no clean-up takes it for over before it can be locked; without uses that means nothing.
                        var now = await database.NowAsync(context, token).ConfigureAwait(false);
                        context.Add(new GuestWindowRow { Subject = subject, OpenedAt = Stored.Micros(now) });
                        await context.SaveChangesAsync(token).ConfigureAwait(false);
                    }

                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException)
        {
            // Another request added it at the same moment.
        }
    }

    private Task<string?> FindOwnerAsync(string guestId, CancellationToken cancellationToken) => database.ReadAsync(
        (context, token) => context.Set<GuestClaimRow>().Where(row => row.GuestId == guestId).Select(row => (string?)row.AccountId).FirstOrDefaultAsync(token),
        cancellationToken);

    private Task<string?> FindHashKeyAsync(CancellationToken cancellationToken) => database.ReadAsync(
        (context, token) => context.Set<SettingRow>().Where(row => row.Name == HashKeyName).Select(row => (string?)row.Value).FirstOrDefaultAsync(token),
        cancellationToken);

    private async Task<string> AddHashKeyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var made = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
            await database.WriteAsync(
                (context, token) =>
                {
                    context.Add(new SettingRow { Name = HashKeyName, Value = made });
                    return context.SaveChangesAsync(token);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException)
        {
            // Another instance was faster; its key is the one.
        }

        // Never the one made here, which an outage at the commit may or may not have kept.
        return await FindHashKeyAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new LedgerUnavailableException("The key that client addresses are hashed with was removed while it was made. Try again.");
    }

    private Task<int> EndForgottenAsync(long now, int max, CancellationToken cancellationToken) => database.WriteAsync(
        (context, token) => context.Set<GuestGenerationRow>()
            .Where(row => row.EndedAt == null && row.LeaseUntil <= now)
            .OrderBy(row => row.LeaseUntil)
            .Take(max)
            .ExecuteUpdateAsync(
                row => row.SetProperty(it => it.Status, GenerationStatus.Expired)
                    .SetProperty(it => it.Outcome, GenerationOutcome.Unknown)
                    .SetProperty(it => it.EndedAt, it => it.LeaseUntil)
                    .SetProperty(it => it.Unrolled, true),
                token),
        cancellationToken);
}
