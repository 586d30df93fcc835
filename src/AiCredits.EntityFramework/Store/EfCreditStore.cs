using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Schema;
using AiCredits.Events;
using AiCredits.Integrity;
using AiCredits.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Store;

/// <summary>Accounts in a database: commands go through the writer, reads straight to the tables.</summary>
internal sealed class EfCreditStore(CreditsDatabase database, LedgerWriter writer, TouchedAccounts touched, AccountSignals signals) : ICreditStore
{
    public ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command, CancellationToken cancellationToken = default)
        where TResult : LedgerResult
    {
        ArgumentNullException.ThrowIfNull(command);
        if (!command.Account.IsDefault)
        {
            touched.Note(command.Account);
        }

        var result = writer.ExecuteAsync(command, cancellationToken);
        return signals.IsHeard(command.Account) ? ThenTellAsync(command.Account, result) : result;
    }

    private async ValueTask<TResult> ThenTellAsync<TResult>(AccountId account, ValueTask<TResult> result)
    {
        var done = await result.ConfigureAwait(false);
        signals.Changed(account);
        return done;
    }

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

                var claimed = await (await ClaimedGenerationsAsync(context, id, token).ConfigureAwait(false))
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

    // In two statements: where the tables are spread over nodes, a claim and its generations may live on different ones.
    private static async Task<IQueryable<GuestGenerationRow>> ClaimedGenerationsAsync(DbContext context, string account, CancellationToken cancellationToken)
    {
        var guests = await context.Set<GuestClaimRow>().AsNoTracking().Where(claim => claim.AccountId == account).Select(claim => claim.GuestId).ToListAsync(cancellationToken).ConfigureAwait(false);
        return context.Set<GuestGenerationRow>().AsNoTracking().Where(row => guests.Contains(row.GuestId));
    }

    private static async Task<IReadOnlyList<Generation>> ReadGenerationsAsync(DbContext context, GenerationQuery query, CancellationToken cancellationToken)
    {
        var account = query.Account.Value;
        var member = query.Member;
        var before = query.Before ?? Guid.AllBitsSet;
        var running = await context.Set<HoldRow>().AsNoTracking()
            .Where(row => row.AccountId == account && row.HoldId < before && (member == null || row.Member == member))
            .OrderByDescending(row => row.HoldId).Take(query.Limit).ToListAsync(cancellationToken).ConfigureAwait(false);
        var finished = await context.Set<GenerationRow>().AsNoTracking()
            .Where(row => row.AccountId == account && row.GenerationId < before && (member == null || row.Member == member))
            .OrderByDescending(row => row.GenerationId).Take(query.Limit).ToListAsync(cancellationToken).ConfigureAwait(false);
        // What a guest made is the account's own, and no member's.
        List<GuestGenerationRow> claimed = member is not null ? [] : await (await ClaimedGenerationsAsync(context, account, cancellationToken).ConfigureAwait(false))
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
