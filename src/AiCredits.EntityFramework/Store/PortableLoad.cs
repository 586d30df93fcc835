using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Store;

/// <summary>
/// Reads what a batch needs, by LINQ. Lists of accounts and of ids may match more rows than were asked for; a book that
/// knows more decides the same.
/// </summary>
internal sealed class PortableLoad(DbContext context, LedgerBatch batch)
{
    private readonly Dictionary<string, BatchAccount> accounts = batch.Accounts.ToDictionary(account => account.Account.Value, StringComparer.Ordinal);

    /// <summary>Reads after the locks, at the time <paramref name="now"/>; the rows stay tracked by the context.</summary>
    public async Task ReadAsync(DateTime now, CancellationToken cancellationToken)
    {
        var all = accounts.Keys.ToList();
        foreach (var row in await context.Set<AccountRow>().AsTracking().Where(row => all.Contains(row.AccountId)).ToListAsync(cancellationToken).ConfigureAwait(false))
        {
            accounts[row.AccountId].State = row.ToState();
        }

        Loaded(await Grants(all).Where(row => row.Live).ToListAsync(cancellationToken).ConfigureAwait(false));
        var due = batch.Accounts.Where(account => account.IsDue(now)).Select(account => account.Account.Value).ToList();
        if (due.Count > 0)
        {
            Loaded(await Holds(due).ToListAsync(cancellationToken).ConfigureAwait(false));
        }

        await ReadGrantsAsync(batch.Grants, cancellationToken).ConfigureAwait(false);
        await ReadGenerationsAsync(Names(batch.Holds), [.. batch.Holds.Select(asked => asked.Id)], cancellationToken).ConfigureAwait(false);
        await ReadKeysAsync(cancellationToken).ConfigureAwait(false);
        if (batch.HasRefunds)
        {
            await ReadCapturesAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReadGrantsAsync(List<(BatchAccount Account, long Id)> asked, CancellationToken cancellationToken)
    {
        if (asked.Count > 0)
        {
            var ids = asked.Select(one => one.Id).Distinct().ToList();
            Loaded(await Grants(Names(asked)).Where(row => ids.Contains(row.GrantId)).ToListAsync(cancellationToken).ConfigureAwait(false));
        }
    }

    private async Task ReadGenerationsAsync(List<string> names, List<Guid> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return;
        }

        Loaded(await Holds(names).Where(row => ids.Contains(row.HoldId)).ToListAsync(cancellationToken).ConfigureAwait(false));
        foreach (var row in await context.Set<GenerationRow>().AsTracking().Where(row => names.Contains(row.AccountId) && ids.Contains(row.GenerationId)).ToListAsync(cancellationToken).ConfigureAwait(false))
        {
            accounts[row.AccountId].Loaded(row.ToGeneration());
        }
    }

    private async Task ReadKeysAsync(CancellationToken cancellationToken)
    {
        if (batch.Keys.Count == 0)
        {
            return;
        }

        var (names, keys) = (Names(batch.Keys), batch.Keys.ConvertAll(asked => asked.Key));
        var entries = await context.Set<EntryRow>().AsNoTracking().Where(row => names.Contains(row.AccountId) && keys.Contains(row.Key!)).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var row in entries)
        {
            accounts[row.AccountId].Loaded(row.ToEntry());
        }

        await ReadGenerationsAsync(names, [.. entries.Where(row => row.HoldId is not null).Select(row => row.HoldId!.Value)], cancellationToken).ConfigureAwait(false);
        foreach (var row in await context.Set<RefusalRow>().AsNoTracking().Where(row => names.Contains(row.AccountId) && keys.Contains(row.Key)).ToListAsync(cancellationToken).ConfigureAwait(false))
        {
            accounts[row.AccountId].Loaded(row.ToRefusal());
        }
    }

    private async Task ReadCapturesAsync(CancellationToken cancellationToken)
    {
        var grants = new List<(BatchAccount Account, long Id)>();
        foreach (var (account, refund) in batch.Accounts.SelectMany(account => account.Refunds.Select(refund => (account, refund))))
        {
            while (account.NextCaptureRange(refund.HoldId) is { } range)
            {
                var name = account.Account.Value;
                var rows = await context.Set<EntryRow>().AsNoTracking()
                    .Where(row => row.AccountId == name && row.Seq >= range.First && row.Seq <= range.Last && row.HoldId == refund.HoldId && row.Kind == EntryKind.Capture)
                    .OrderBy(row => row.Seq)
                    .ToListAsync(cancellationToken).ConfigureAwait(false);
                var captures = rows.ConvertAll(row => row.ToEntry());
                account.LoadedCaptures(refund.HoldId, range.First, captures);
                grants.AddRange(captures.SelectMany(capture => capture.Slices).Where(slice => !account.IsLoaded(slice.GrantId)).Select(slice => (account, slice.GrantId)));
            }
        }

        await ReadGrantsAsync(grants, cancellationToken).ConfigureAwait(false);
    }

    private IQueryable<GrantRow> Grants(List<string> names) => context.Set<GrantRow>().AsTracking().Where(row => names.Contains(row.AccountId));

    private IQueryable<HoldRow> Holds(List<string> names) => context.Set<HoldRow>().AsTracking().Where(row => names.Contains(row.AccountId));

    private void Loaded(List<GrantRow> rows) => rows.ForEach(row => accounts[row.AccountId].Loaded(row.ToGrant()));

    private void Loaded(List<HoldRow> rows) => rows.ForEach(row => accounts[row.AccountId].Loaded(row.ToHold()));

    private static List<string> Names<TId>(IEnumerable<(BatchAccount Account, TId Id)> asked) => [.. asked.Select(one => one.Account.Account.Value).Distinct()];
}
