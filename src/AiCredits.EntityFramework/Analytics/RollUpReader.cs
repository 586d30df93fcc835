using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Analytics;

/// <summary>Reads the history that is not rolled up yet. Takes no lock: what was written is never changed, and what is written meanwhile comes later.</summary>
internal sealed class RollUpReader(CreditsDatabase database)
{
    /// <summary>Accounts whose history goes on after where it is rolled up, in the order of their ids.</summary>
    public Task<List<AnalyticsAccountRow>> FindAccountsAsync(string? after, DateTime? touchedSince, int limit, CancellationToken cancellationToken)
    {
        var since = touchedSince is { } time ? Stored.Micros(time) : long.MinValue;
        return database.ReadAsync(
            (context, token) => (
                from account in context.Set<AccountRow>().AsNoTracking()
                where account.LastAt >= since && (after == null || account.AccountId.CompareTo(after) > 0)
                join mark in context.Set<AnalyticsAccountRow>() on account.AccountId equals mark.AccountId into marks
                from mark in marks.DefaultIfEmpty()
                where account.Seq > (mark == null ? 0 : mark.DoneSeq)
                orderby account.AccountId
                select new AnalyticsAccountRow
                {
                    AccountId = account.AccountId,
                    DoneSeq = mark == null ? 0 : mark.DoneSeq,
                    FirstAt = mark == null ? 0 : mark.FirstAt,
                    FirstPurchaseAt = mark == null ? null : mark.FirstPurchaseAt,
                }).Take(limit).ToListAsync(token),
            cancellationToken);
    }

    /// <summary>The next entries of the accounts, at most <paramref name="limit"/> in all, and what is needed to count them. Accounts beyond the limit are left out.</summary>
    public Task<List<AccountPiece>> ReadAsync(List<AnalyticsAccountRow> marks, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        async (context, token) =>
        {
            var entries = new List<EntryRow>();
            foreach (var chunk in Rounds(marks))
            {
                entries.AddRange(await EntriesAsync(context, chunk, limit - entries.Count, token).ConfigureAwait(false));
                if (entries.Count >= limit)
                {
                    break;
                }
            }

            var generations = (await GenerationsAsync(context, entries, token).ConfigureAwait(false)).ToDictionary(row => (row.AccountId, row.GenerationId));
            var kinds = (await KindsAsync(context, [.. entries.Select(row => row.AccountId).Distinct()], token).ConfigureAwait(false)).ToLookup(grant => grant.AccountId);
            var byAccount = entries.ToLookup(row => row.AccountId);
            var pieces = new List<AccountPiece>();
            foreach (var mark in marks.Where(mark => byAccount.Contains(mark.AccountId)))
            {
                var own = byAccount[mark.AccountId].Select(row => row.ToEntry()).ToArray();
                var ended = own.Where(entry => entry.HoldId is not null).Select(entry => entry.HoldId!.Value).Distinct()
                    .Select(id => generations.GetValueOrDefault((mark.AccountId, id))).OfType<GenerationRow>()
                    .ToDictionary(row => row.GenerationId, row => row.ToGeneration());
                var settlements = new Dictionary<Guid, IReadOnlyList<Entry>>();
                foreach (var generation in ended.Values.Where(AccountPiece.NeedsSettlements))
                {
                    settlements.Add(generation.Id, await SettlementsAsync(context, mark.AccountId, generation, token).ConfigureAwait(false));
                }

                pieces.Add(new AccountPiece(mark, own, ended, kinds[mark.AccountId].ToDictionary(grant => grant.GrantId, grant => grant.Kind), settlements));
            }

            return pieces;
        },
        cancellationToken);

    // An account that was never rolled up starts at its first entry; all others of a round have a mark in the database.
    private static IEnumerable<List<AnalyticsAccountRow>> Rounds(List<AnalyticsAccountRow> marks) =>
        marks.Chunk(100).Select(chunk => chunk.ToList());

    private static Task<List<EntryRow>> EntriesAsync(DbContext context, List<AnalyticsAccountRow> marks, int limit, CancellationToken cancellationToken)
    {
        var ids = marks.ConvertAll(mark => mark.AccountId);
        return (
            from account in context.Set<AccountRow>().AsNoTracking()
            where ids.Contains(account.AccountId)
            join mark in context.Set<AnalyticsAccountRow>() on account.AccountId equals mark.AccountId into found
            from mark in found.DefaultIfEmpty()
            join entry in context.Set<EntryRow>().AsNoTracking() on account.AccountId equals entry.AccountId
            where entry.Seq > (mark == null ? 0 : mark.DoneSeq)
            orderby entry.AccountId, entry.Seq
            select entry).Take(limit).ToListAsync(cancellationToken);
    }

    private static async Task<List<GenerationRow>> GenerationsAsync(DbContext context, List<EntryRow> entries, CancellationToken cancellationToken)
    {
        var rows = new List<GenerationRow>();
        foreach (var account in entries.Where(row => row.Kind is EntryKind.Capture or EntryKind.Release && row.HoldId is not null).GroupBy(row => row.AccountId))
        {
            var id = account.Key;
            foreach (var holds in account.Select(row => row.HoldId!.Value).Distinct().Chunk(500))
            {
                var wanted = holds.ToList();
                rows.AddRange(await context.Set<GenerationRow>().AsNoTracking().Where(row => row.AccountId == id && wanted.Contains(row.GenerationId)).ToListAsync(cancellationToken).ConfigureAwait(false));
            }
        }

        return rows;
    }

    private static async Task<List<(string AccountId, long GrantId, GrantKind Kind)>> KindsAsync(DbContext context, List<string> accounts, CancellationToken cancellationToken)
    {
        var kinds = new List<(string, long, GrantKind)>();
        foreach (var chunk in accounts.Chunk(500))
        {
            var ids = chunk.ToList();
            var rows = await context.Set<GrantRow>().AsNoTracking().Where(row => ids.Contains(row.AccountId)).Select(row => new { row.AccountId, row.GrantId, row.Kind }).ToListAsync(cancellationToken).ConfigureAwait(false);
            kinds.AddRange(rows.Select(row => (row.AccountId, row.GrantId, row.Kind)));
        }

        return kinds;
    }

    private static async Task<IReadOnlyList<Entry>> SettlementsAsync(DbContext context, string account, Generation generation, CancellationToken cancellationToken)
    {
        var (id, first, last) = (generation.Id, generation.FirstEntry, generation.LastEntry);
        var rows = await context.Set<EntryRow>().AsNoTracking()
            .Where(row => row.AccountId == account && row.Seq >= first && row.Seq <= last && row.HoldId == id && (row.Kind == EntryKind.Capture || row.Kind == EntryKind.Release))
            .OrderBy(row => row.Seq)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToEntry());
    }
}
