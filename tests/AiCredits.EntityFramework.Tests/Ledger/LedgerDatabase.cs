using AiCredits.EntityFramework.Schema;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

public enum Provider
{
    Sqlite,
    PostgreSql,
    PgBouncer,
}

/// <summary>A new, empty database with the tables of AiCredits, and any number of writers on it, each as good as a process of its own.</summary>
internal sealed class LedgerDatabase : IAsyncDisposable, ILedgerArchive
{
    private readonly List<IAsyncDisposable> owned = [];
    private readonly string? folder;

    private LedgerDatabase(Provider provider, string connectionString, string? folder)
    {
        Provider = provider;
        ConnectionString = connectionString;
        this.folder = folder;
    }

    public Provider Provider { get; }

    public string ConnectionString { get; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public LedgerRules Rules { get; set; } = LedgerRules.None;

    public static async Task<LedgerDatabase> CreateAsync(Provider provider, PostgreSqlServer server, TimeProvider? clock = null)
    {
        if (provider == Provider.Sqlite)
        {
            var folder = Directory.CreateTempSubdirectory("aicredits-sqlite");
            var file = $"Data Source={Path.Combine(folder.FullName, "ledger.db")};Pooling=false";
            var sqlite = new DbContextOptionsBuilder<SqliteCreditsContext>();
            SqliteCreditsContext.Configure(sqlite, file);
            await using var sqliteContext = new SqliteCreditsContext(sqlite.Options);
            await sqliteContext.Database.MigrateAsync();
            return new LedgerDatabase(provider, file, folder.FullName) { Clock = clock ?? TimeProvider.System };
        }

        var direct = await server.CreateDatabaseAsync();
        var postgreSql = new DbContextOptionsBuilder<PostgreSqlCreditsContext>();
        PostgreSqlCreditsContext.Configure(postgreSql, direct);
        await using var context = new PostgreSqlCreditsContext(postgreSql.Options);
        await context.Database.MigrateAsync();
        var connectionString = provider == Provider.PgBouncer ? (await server.GetPgBouncerAsync()).ConnectionStringFor(direct) : direct;
        return new LedgerDatabase(provider, connectionString, null);
    }

    public ILedgerBatchExecutor NewExecutor()
    {
        if (Provider == Provider.Sqlite)
        {
            var gate = new SqliteGate();
            return new SqliteBatchExecutor(ConnectionString, gate, Clock, () => Rules);
        }

        var dataSource = NpgsqlDataSource.Create(ConnectionString);
        owned.Add(dataSource);
        return new PostgreSqlBatchExecutor(dataSource, () => Rules);
    }

    public LedgerWriter NewWriter(LedgerWriterOptions? options = null, Func<ILedgerBatchExecutor, ILedgerBatchExecutor>? around = null)
    {
        var executor = NewExecutor();
        var writer = new LedgerWriter(around is null ? executor : around(executor), options ?? new LedgerWriterOptions(), TimeProvider.System, NullLogger<LedgerWriter>.Instance);
        owned.Add(writer);
        return writer;
    }

    /// <summary>Proves every account from its entries: sums, chain, grants, holds, generations.</summary>
    public async Task ProveAsync()
    {
        var report = await new IntegrityCheck(this).RunAsync();
        report.Faults.ShouldBeEmpty();
        report.Accounts.ShouldBePositive();
    }

    public async Task<AccountState> StateOfAsync(AccountId account)
    {
        await using var context = NewContext();
        return (await context.Set<AccountRow>().AsNoTracking().SingleAsync(row => row.AccountId == account.Value)).ToState();
    }

    public async Task<List<Entry>> EntriesOfAsync(AccountId account)
    {
        await using var context = NewContext();
        return (await context.Set<EntryRow>().AsNoTracking().Where(row => row.AccountId == account.Value).OrderBy(row => row.Seq).ToListAsync()).ConvertAll(row => row.ToEntry());
    }

    public async Task<int> CountOfAsync<TRow>()
        where TRow : class
    {
        await using var context = NewContext();
        return await context.Set<TRow>().CountAsync();
    }

    /// <summary>Runs SQL on the database.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var context = NewContext();
        await context.Database.ExecuteSqlRawAsync(sql);
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var context = NewContext();
        return await context.Database.SqlQueryRaw<T>(sql).SingleAsync();
    }

    async ValueTask<IReadOnlyList<AccountId>> ILedgerArchive.GetAccountsAsync(AccountId? after, DateTime? touchedSince, int limit, CancellationToken cancellationToken)
    {
        await using var context = NewContext();
        var all = await context.Set<AccountRow>().AsNoTracking().Select(row => row.AccountId).ToListAsync(cancellationToken);
        return [.. all.Order(StringComparer.Ordinal).Where(id => after is null || string.CompareOrdinal(id, after.Value.Value) > 0).Take(limit).Select(id => new AccountId(id))];
    }

    async ValueTask<TResult> ILedgerArchive.ReadAsync<TResult>(AccountId account, Func<AccountArchive, ValueTask<TResult>> read, CancellationToken cancellationToken)
    {
        await using var context = NewContext();
        var grants = await context.Set<GrantRow>().AsNoTracking().Where(row => row.AccountId == account.Value).ToListAsync(cancellationToken);
        var holds = await context.Set<HoldRow>().AsNoTracking().Where(row => row.AccountId == account.Value).ToListAsync(cancellationToken);
        var generations = await context.Set<GenerationRow>().AsNoTracking().Where(row => row.AccountId == account.Value).ToListAsync(cancellationToken);
        return await read(new AccountArchive(
            await StateOfAsync(account),
            grants.ConvertAll(row => row.ToGrant()),
            holds.ConvertAll(row => row.ToHold()),
            generations.ConvertAll(row => row.ToGeneration()).ToAsyncEnumerable(),
            (await EntriesOfAsync(account)).ToAsyncEnumerable()));
    }

    public AiCreditsContext NewContext()
    {
        if (Provider == Provider.Sqlite)
        {
            var sqlite = new DbContextOptionsBuilder<SqliteCreditsContext>();
            SqliteCreditsContext.Configure(sqlite, ConnectionString);
            return new SqliteCreditsContext(sqlite.Options);
        }

        var postgreSql = new DbContextOptionsBuilder<PostgreSqlCreditsContext>();
        PostgreSqlCreditsContext.Configure(postgreSql, ConnectionString);
        return new PostgreSqlCreditsContext(postgreSql.Options);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in Enumerable.Reverse(owned))
        {
            await one.DisposeAsync();
        }

        if (folder is not null)
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }
}
