using AiCredits.EntityFramework.Schema;
using AiCredits.Integrity;
using AiCredits.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>
/// All rows of a database, or of one account, read at once to be proved: account by account takes thousands of queries after a
/// test with a thousand accounts.
/// </summary>
internal sealed class LedgerSnapshot : ILedgerArchive
{
    private readonly LedgerDatabase database;
    private readonly Dictionary<string, AccountRow> accounts;
    private readonly ILookup<string, GrantRow> grants;
    private readonly ILookup<string, HoldRow> holds;
    private readonly ILookup<string, GenerationRow> generations;
    private readonly ILookup<string, EntryRow> entries;

    private LedgerSnapshot(LedgerDatabase database, List<AccountRow> accounts, List<GrantRow> grants, List<HoldRow> holds, List<GenerationRow> generations, List<EntryRow> entries)
    {
        this.database = database;
        this.accounts = accounts.ToDictionary(row => row.AccountId);
        this.grants = grants.ToLookup(row => row.AccountId);
        this.holds = holds.ToLookup(row => row.AccountId);
        this.generations = generations.ToLookup(row => row.AccountId!);
        this.entries = entries.ToLookup(row => row.AccountId);
    }

    public static async Task<LedgerSnapshot> TakeAsync(LedgerDatabase database, AccountId? only = null)
    {
        var id = only?.Value;
        await using var context = database.NewContext();
        return new LedgerSnapshot(
            database,
            await Rows<AccountRow>().Where(row => id == null || row.AccountId == id).ToListAsync(),
            await Rows<GrantRow>().Where(row => id == null || row.AccountId == id).ToListAsync(),
            await Rows<HoldRow>().Where(row => id == null || row.AccountId == id).ToListAsync(),
            await Rows<GenerationRow>().Where(row => id == null || row.AccountId == id).ToListAsync(),
            await Rows<EntryRow>().Where(row => id == null || row.AccountId == id).OrderBy(row => row.Seq).ToListAsync());

        IQueryable<TRow> Rows<TRow>()
            where TRow : class => context.Set<TRow>().AsNoTracking();
    }

    public ValueTask<IReadOnlyList<AccountId>> GetAccountsAsync(AccountId? after, DateTime? touchedSince, int limit, CancellationToken cancellationToken) =>
        new([.. accounts.Keys.Order(StringComparer.Ordinal).Where(id => after is null || string.CompareOrdinal(id, after.Value.Value) > 0).Take(limit).Select(id => new AccountId(id))]);

    public ValueTask<TResult> ReadAsync<TResult>(AccountId account, Func<AccountArchive, ValueTask<TResult>> read, CancellationToken cancellationToken) => read(new AccountArchive(
        accounts[account.Value].ToState(),
        [.. grants[account.Value].Select(row => row.ToGrant())],
        [.. holds[account.Value].Select(row => row.ToHold())],
        generations[account.Value].Select(row => row.ToGeneration()).ToAsyncEnumerable(),
        entries[account.Value].Select(row => row.ToEntry()).ToAsyncEnumerable())
    {
        MarkedLive = [.. grants[account.Value].Where(row => row.Live).Select(row => row.GrantId)],
    });

    public ValueTask<TResult> ReadRecentAsync<TResult>(AccountId account, int maxEntries, Func<AccountArchive, ValueTask<TResult>> read, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The tests of the writer prove whole accounts.");

    public ValueTask<IReadOnlyList<ChainHead>> GetHeadsAsync(AccountId? after, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The tests of the writer prove whole accounts.");

    public async ValueTask<Entry?> FindEntryAsync(AccountId account, string key, CancellationToken cancellationToken) =>
        (await database.EntriesOfAsync(account)).Find(entry => entry.Key == key);

    public ValueTask<Entry?> FindEntryAsync(AccountId account, long sequence, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The tests of the writer prove whole accounts.");
}
