using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Store;

/// <summary>Accounts in a database: commands go through the writer, reads straight to the tables.</summary>
internal sealed class EfCreditStore(CreditsDatabase database, LedgerWriter writer) : ICreditStore
{
    public ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command, CancellationToken cancellationToken = default)
        where TResult : LedgerResult => writer.ExecuteAsync(command, cancellationToken);

    public async ValueTask<AccountOverview> GetAccountAsync(AccountId account, CancellationToken cancellationToken = default) =>
        await database.ReadAsync((context, token) => AccountReader.ReadAsync(database, context, account, token), cancellationToken).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<Entry>> GetEntriesAsync(EntryQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.Validate();
        var rows = await database.ReadAsync((context, token) => Entries(context, query).ToListAsync(token), cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToEntry());
    }

    public async ValueTask<Generation?> FindGenerationAsync(AccountId account, Guid generationId, CancellationToken cancellationToken = default)
    {
        var id = account.Value;
        return await database.ReadAsync(
            async (context, token) =>
            {
                // The hold first: a generation that ends meanwhile is then found as finished.
                var hold = await context.Set<HoldRow>().AsNoTracking()
                    .FirstOrDefaultAsync(row => row.AccountId == id && row.HoldId == generationId, token).ConfigureAwait(false);
                if (hold is not null)
                {
                    return hold.ToGeneration();
                }

                var finished = await context.Set<GenerationRow>().AsNoTracking()
                    .FirstOrDefaultAsync(row => row.AccountId == id && row.GenerationId == generationId, token).ConfigureAwait(false);
                if (finished is not null)
                {
                    return finished.ToGeneration();
                }

                var claimed = await ClaimedGenerations(context, id)
                    .FirstOrDefaultAsync(row => row.GenerationId == generationId, token).ConfigureAwait(false);
                return claimed?.ToGeneration();
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<Generation>> GetGenerationsAsync(GenerationQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.Validate();
        return await database.ReadAsync((context, token) => ReadGenerationsAsync(context, query, token), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<int> SettleDueAsync(int maxAccounts, CancellationToken cancellationToken = default)
    {
        var due = await database.ReadAsync((context, token) => FindDueAsync(context, maxAccounts, token), cancellationToken).ConfigureAwait(false);
        var touched = await Task.WhenAll(due.Select(async account =>
        {
            var result = await writer.ExecuteAsync(new TouchCommand(new AccountId(account.Id)), cancellationToken).ConfigureAwait(false);
            return result.State.Sequence != account.Sequence;
        })).ConfigureAwait(false);
        return touched.Count(changed => changed);
    }

    public async ValueTask<int> ForgetPromptsAsync(int max, CancellationToken cancellationToken = default) => await database.WriteAsync(
        async (context, token) =>
        {
            var now = Stored.Micros(await database.NowAsync(context, token).ConfigureAwait(false));
            var forgotten = await context.Set<GenerationRow>()
                .Where(row => row.Prompt != null && row.PromptExpiresAt <= now)
                .OrderBy(row => row.PromptExpiresAt)
                .Take(max)
                .ExecuteUpdateAsync(row => row.SetProperty(it => it.Prompt, (string?)null), token).ConfigureAwait(false);
            return forgotten + await context.Set<GuestGenerationRow>()
                .Where(row => row.Prompt != null && row.PromptExpiresAt <= now)
                .OrderBy(row => row.PromptExpiresAt)
                .Take(max - forgotten)
                .ExecuteUpdateAsync(row => row.SetProperty(it => it.Prompt, (string?)null), token).ConfigureAwait(false);
        },
        cancellationToken).ConfigureAwait(false);

    public ValueTask CheckAsync(CancellationToken cancellationToken = default) => writer.CheckAsync(cancellationToken);

    private static IQueryable<EntryRow> Entries(DbContext context, EntryQuery query)
    {
        var account = query.Account.Value;
        var rows = context.Set<EntryRow>().AsNoTracking().Where(row => row.AccountId == account);
        if (query.Before is { } before)
        {
            rows = rows.Where(row => row.Seq < before);
        }

        if (query.Kinds.Count > 0)
        {
            var kinds = query.Kinds.ToList();
            rows = rows.Where(row => kinds.Contains(row.Kind));
        }

        if (Stored.Micros(query.From) is { } from)
        {
            rows = rows.Where(row => row.At >= from);
        }

        if (Stored.Micros(query.To) is { } to)
        {
            rows = rows.Where(row => row.At < to);
        }

        return rows.OrderByDescending(row => row.Seq).Take(query.Limit);
    }

    private static IQueryable<GuestGenerationRow> ClaimedGenerations(DbContext context, string account) => context.Set<GuestClaimRow>().AsNoTracking()
        .Where(claim => claim.AccountId == account)
        .Join(context.Set<GuestGenerationRow>().AsNoTracking(), claim => claim.GuestId, row => row.GuestId, (claim, row) => row);

    private static async Task<IReadOnlyList<Generation>> ReadGenerationsAsync(DbContext context, GenerationQuery query, CancellationToken cancellationToken)
    {
        var account = query.Account.Value;
        var before = query.Before ?? Guid.AllBitsSet;
        var running = await context.Set<HoldRow>().AsNoTracking()
            .Where(row => row.AccountId == account && row.HoldId < before)
            .OrderByDescending(row => row.HoldId).Take(query.Limit).ToListAsync(cancellationToken).ConfigureAwait(false);
        var finished = await context.Set<GenerationRow>().AsNoTracking()
            .Where(row => row.AccountId == account && row.GenerationId < before)
            .OrderByDescending(row => row.GenerationId).Take(query.Limit).ToListAsync(cancellationToken).ConfigureAwait(false);
        var claimed = await ClaimedGenerations(context, account)
            .Where(row => row.GenerationId < before)
            .OrderByDescending(row => row.GenerationId).Take(query.Limit).ToListAsync(cancellationToken).ConfigureAwait(false);

        // One that ended between the first two statements is in both: it is finished.
        return [.. finished.Select(row => row.ToGeneration())
            .Concat(running.Select(row => row.ToGeneration()))
            .Concat(claimed.Select(row => row.ToGeneration()))
            .DistinctBy(generation => generation.Id)
            .OrderByDescending(generation => generation.Id)
            .Take(query.Limit)];
    }

    private async Task<List<(string Id, long Sequence)>> FindDueAsync(DbContext context, int max, CancellationToken cancellationToken)
    {
        var now = Stored.Micros(await database.NowAsync(context, cancellationToken).ConfigureAwait(false));
        var holds = await context.Set<HoldRow>().Where(row => row.ExpiresAt <= now)
            .GroupBy(row => row.AccountId).OrderBy(rows => rows.Min(row => row.ExpiresAt)).Select(rows => rows.Key).Take(max).ToListAsync(cancellationToken).ConfigureAwait(false);
        var ending = await context.Set<GrantRow>().Where(row => row.Live && row.ExpiresAt != null && row.ExpiresAt <= now && row.Available > 0)
            .GroupBy(row => row.AccountId).OrderBy(rows => rows.Min(row => row.ExpiresAt)).Select(rows => rows.Key).Take(max).ToListAsync(cancellationToken).ConfigureAwait(false);
        var starting = await context.Set<GrantRow>().Where(row => row.Pending && row.EffectiveAt <= now)
            .GroupBy(row => row.AccountId).OrderBy(rows => rows.Min(row => row.EffectiveAt)).Select(rows => rows.Key).Take(max).ToListAsync(cancellationToken).ConfigureAwait(false);
        var due = holds.Concat(ending).Concat(starting).Distinct(StringComparer.Ordinal).Take(max).ToList();
        var accounts = await context.Set<AccountRow>().Where(row => due.Contains(row.AccountId))
            .Select(row => new { row.AccountId, row.Seq }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return accounts.ConvertAll(row => (row.AccountId, row.Seq));
    }
}
