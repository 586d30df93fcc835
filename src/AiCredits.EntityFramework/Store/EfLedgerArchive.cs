using System.Runtime.CompilerServices;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Integrity;
using AiCredits.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Store;

/// <summary>Whole accounts for a proof, page by page within one snapshot, so that a long history never fills the memory.</summary>
internal sealed class EfLedgerArchive(CreditsDatabase database) : ILedgerArchive
{
    private const int PageSize = 1_000;

    public async ValueTask<IReadOnlyList<AccountId>> GetAccountsAsync(AccountId? after, DateTime? touchedSince, int limit, CancellationToken cancellationToken = default)
    {
        var last = after?.Value;
        var since = Stored.Micros(touchedSince) ?? long.MinValue;
        var ids = await database.ReadAsync(
            (context, token) => context.Set<AccountRow>()
                .Where(row => (last == null || row.AccountId.CompareTo(last) > 0) && row.LastAt >= since)
                .OrderBy(row => row.AccountId)
                .Select(row => row.AccountId)
                .Take(limit)
                .ToListAsync(token),
            cancellationToken).ConfigureAwait(false);
        return ids.ConvertAll(id => new AccountId(id));
    }

    public async ValueTask<TResult> ReadAsync<TResult>(AccountId account, Func<AccountArchive, ValueTask<TResult>> read, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        return await database.ReadAsync(
            (context, token) => database.SnapshotAsync(
                context,
                async inner =>
                {
                    var id = account.Value;
                    var state = await context.Set<AccountRow>().AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == id, inner).ConfigureAwait(false);
                    var grants = await context.Set<GrantRow>().AsNoTracking().Where(row => row.AccountId == id).OrderBy(row => row.GrantId).ToListAsync(inner).ConfigureAwait(false);
                    var holds = await context.Set<HoldRow>().AsNoTracking().Where(row => row.AccountId == id).ToListAsync(inner).ConfigureAwait(false);
                    var members = await context.Set<MemberRow>().AsNoTracking().Where(row => row.AccountId == id).ToListAsync(inner).ConfigureAwait(false);
                    var transfers = await context.Set<TransferRow>().AsNoTracking().Where(row => row.AccountId == id).ToListAsync(inner).ConfigureAwait(false);
                    return await read(new AccountArchive(
                        state?.ToState() ?? new AccountState { Account = account },
                        grants.ConvertAll(row => row.ToGrant()),
                        holds.ConvertAll(row => row.ToHold()),
                        GenerationsAsync(context, id, inner),
                        EntriesAsync(context, id, inner))
                    {
                        Members = members.ConvertAll(row => row.ToMember()),
                        PendingTransfers = transfers.ConvertAll(row => row.ToTransfer()),
                        MarkedLive = [.. grants.Where(row => row.Live).Select(row => row.GrantId)],
                    }).ConfigureAwait(false);
                },
                token),
            cancellationToken).ConfigureAwait(false);
    }

    private static async IAsyncEnumerable<Generation> GenerationsAsync(DbContext context, string account, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<GenerationRow> page;
        Guid? last = null;
        do
        {
            var rows = context.Set<GenerationRow>().AsNoTracking().Where(row => row.AccountId == account);
            if (last is { } before)
            {
                rows = rows.Where(row => row.GenerationId > before);
            }

            page = await rows.OrderBy(row => row.GenerationId).Take(PageSize).ToListAsync(cancellationToken).ConfigureAwait(false);
            foreach (var row in page)
            {
                yield return row.ToGeneration();
            }

            last = page.Count == 0 ? null : page[^1].GenerationId;
        }
        while (page.Count == PageSize);
    }

    public async ValueTask<TResult> ReadRecentAsync<TResult>(AccountId account, int maxEntries, Func<AccountArchive, ValueTask<TResult>> read, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        var id = account.Value;
        return await database.ReadAsync(
            (context, token) => database.SnapshotAsync(
                context,
                async inner =>
                {
                    var state = await context.Set<AccountRow>().AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == id, inner).ConfigureAwait(false);
                    var grants = await context.Set<GrantRow>().AsNoTracking().Where(row => row.AccountId == id && row.Live).ToListAsync(inner).ConfigureAwait(false);
                    var holds = await context.Set<HoldRow>().AsNoTracking().Where(row => row.AccountId == id).ToListAsync(inner).ConfigureAwait(false);
                    var entries = await context.Set<EntryRow>().AsNoTracking().Where(row => row.AccountId == id).OrderByDescending(row => row.Seq).Take(maxEntries).ToListAsync(inner).ConfigureAwait(false);
                    entries.Reverse();
                    return await read(new AccountArchive(
                        state?.ToState() ?? new AccountState { Account = account },
                        grants.ConvertAll(row => row.ToGrant()),
                        holds.ConvertAll(row => row.ToHold()),
                        AsyncEnumerable.Empty<Generation>(),
                        entries.ConvertAll(row => row.ToEntry()).ToAsyncEnumerable())).ConfigureAwait(false);
                },
                token),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<ChainHead>> GetHeadsAsync(AccountId? after, int limit, CancellationToken cancellationToken = default)
    {
        var last = after?.Value;
        var heads = await database.ReadAsync(
            (context, token) => context.Set<AccountRow>().AsNoTracking()
                .Where(row => (last == null || row.AccountId.CompareTo(last) > 0) && row.Seq > 0)
                .OrderBy(row => row.AccountId)
                .Select(row => new { row.AccountId, row.Seq, row.ChainHead })
                .Take(limit)
                .ToListAsync(token),
            cancellationToken).ConfigureAwait(false);
        return heads.ConvertAll(row => new ChainHead(new AccountId(row.AccountId), row.Seq, row.ChainHead));
    }

    public async ValueTask<Entry?> FindEntryAsync(AccountId account, long sequence, CancellationToken cancellationToken = default)
    {
        var id = account.Value;
        var found = await database.ReadAsync(
            (context, token) => context.Set<EntryRow>().AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == id && row.Seq == sequence, token),
            cancellationToken).ConfigureAwait(false);
        return found?.ToEntry();
    }

    public async ValueTask<Entry?> FindEntryAsync(AccountId account, string key, CancellationToken cancellationToken = default)
    {
        var id = account.Value;
        var found = await database.ReadAsync(
            (context, token) => context.Set<EntryRow>().AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == id && row.Key == key, token),
            cancellationToken).ConfigureAwait(false);
        return found?.ToEntry();
    }

    private static async IAsyncEnumerable<Entry> EntriesAsync(DbContext context, string account, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<EntryRow> page;
        var last = long.MinValue;
        do
        {
            page = await context.Set<EntryRow>().AsNoTracking().Where(row => row.AccountId == account && row.Seq > last)
                .OrderBy(row => row.Seq).Take(PageSize).ToListAsync(cancellationToken).ConfigureAwait(false);
            foreach (var row in page)
            {
                yield return row.ToEntry();
            }

            last = page.Count == 0 ? last : page[^1].Seq;
        }
        while (page.Count == PageSize);
    }
}
