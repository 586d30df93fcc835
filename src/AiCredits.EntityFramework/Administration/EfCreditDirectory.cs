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

    public async ValueTask<IReadOnlyList<OpenHold>> GetOpenHoldsAsync(AccountId? account, HoldMark? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        var (id, heldAt, holdId) = (account?.Value, after is { } mark ? Stored.Micros(mark.HeldAt) : long.MinValue, after?.HoldId ?? Guid.Empty);
        var rows = await database.ReadAsync(
            (context, token) => context.Set<HoldRow>().AsNoTracking()
                .Where(row => (id == null || row.AccountId == id) && (row.HeldAt > heldAt || (row.HeldAt == heldAt && row.HoldId > holdId)))
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

    private IQueryable<AccountRow> Accounts(DbContext context, AccountSearch search)
    {
        var rows = context.Set<AccountRow>().AsNoTracking();
        if (search.After is { } last)
        {
            var after = last.Value;
            rows = rows.Where(row => row.AccountId.CompareTo(after) > 0);
        }

        if (search.Prefix is { Length: > 0 } prefix)
        {
            // SQLite's LIKE takes upper and lower case for the same; the first characters compare as they are. What starts
            // like this comes at it or after it in every order, so that the index is entered there.
            var length = prefix.Length;
            rows = rows.Where(row => row.AccountId.CompareTo(prefix) >= 0);
            if (database.Kind == DatabaseKind.Sqlite && EndOf(prefix) is { } end)
            {
                // In SQLite's order of bytes it ends there as well. The order of PostgreSQL is the database's own.
                rows = rows.Where(row => row.AccountId.CompareTo(end) < 0);
            }

            rows = rows.Where(row => row.AccountId.Substring(0, length) == prefix);
        }

        return rows.OrderBy(row => row.AccountId).Take(search.Limit);
    }

    // The first text that comes after all that start like this; null where a surrogate makes that hard to say.
    private static string? EndOf(string prefix) =>
        prefix[^1] is var last && (last < '\uD7FF' || last is > '\uDFFF' and < '\uFFFF') ? prefix[..^1] + (char)(last + 1) : null;
}
