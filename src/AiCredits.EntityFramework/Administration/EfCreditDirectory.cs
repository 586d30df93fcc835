using AiCredits.Administration;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Administration;

/// <summary>Looks across the accounts of a database.</summary>
internal sealed class EfCreditDirectory(CreditsDatabase database) : ICreditDirectory
{
    public async ValueTask<IReadOnlyList<AccountState>> FindAccountsAsync(AccountSearch search, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(search);
        search.Validate();
        var rows = await database.ReadAsync((context, token) => Accounts(context, search).ToListAsync(token), cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToState());
    }

    public async ValueTask<IReadOnlyList<Grant>> GetGrantsAsync(AccountId account, CancellationToken cancellationToken = default)
    {
        var id = account.Value;
        var rows = await database.ReadAsync(
            (context, token) => context.Set<GrantRow>().AsNoTracking().Where(row => row.AccountId == id).OrderByDescending(row => row.GrantId).ToListAsync(token),
            cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToGrant());
    }

    public async ValueTask<IReadOnlyList<OpenHold>> GetOpenHoldsAsync(AccountId? account, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        var id = account?.Value;
        var rows = await database.ReadAsync(
            (context, token) => context.Set<HoldRow>().AsNoTracking()
                .Where(row => id == null || row.AccountId == id)
                .OrderBy(row => row.HeldAt).ThenBy(row => row.HoldId)
                .Take(limit).ToListAsync(token),
            cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => new OpenHold(new AccountId(row.AccountId), row.ToHold()));
    }

    public async ValueTask<IReadOnlyList<Entry>> GetEntriesOfAsync(AccountId account, Generation generation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generation);
        var (id, hold, first, last) = (account.Value, generation.Id, generation.FirstEntry, generation.LastEntry == 0 ? long.MaxValue : generation.LastEntry);
        var rows = await database.ReadAsync(
            (context, token) => context.Set<EntryRow>().AsNoTracking()
                .Where(row => row.AccountId == id && row.Seq >= first && row.Seq <= last && row.HoldId == hold)
                .OrderBy(row => row.Seq).ToListAsync(token),
            cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToEntry());
    }

    private static IQueryable<AccountRow> Accounts(DbContext context, AccountSearch search)
    {
        var rows = context.Set<AccountRow>().AsNoTracking();
        if (search.After is { } last)
        {
            var after = last.Value;
            rows = rows.Where(row => row.AccountId.CompareTo(after) > 0);
        }

        if (search.Prefix is { Length: > 0 } prefix)
        {
            // SQLite's LIKE takes upper and lower case for the same; the first characters compare as they are.
            var length = prefix.Length;
            rows = rows.Where(row => row.AccountId.Substring(0, length) == prefix);
        }

        return rows.OrderBy(row => row.AccountId).Take(search.Limit);
    }
}
