using AiCredits.EntityFramework.Schema;
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
internal sealed class LedgerDatabase : IAsyncDisposable
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
            return new SqliteBatchExecutor(ConnectionString, gate, Clock, () => LedgerRules.None);
        }

        var dataSource = NpgsqlDataSource.Create(ConnectionString);
        owned.Add(dataSource);
        return new PostgreSqlBatchExecutor(dataSource, () => LedgerRules.None);
    }

    public LedgerWriter NewWriter(LedgerWriterOptions? options = null, Func<ILedgerBatchExecutor, ILedgerBatchExecutor>? around = null)
    {
        var executor = NewExecutor();
        var writer = new LedgerWriter(around is null ? executor : around(executor), options ?? new LedgerWriterOptions(), TimeProvider.System, NullLogger<LedgerWriter>.Instance);
        owned.Add(writer);
        return writer;
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
