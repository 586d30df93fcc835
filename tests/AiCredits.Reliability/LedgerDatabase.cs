using AiCredits.EntityFramework.Schema;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>An empty database with the tables of AiCredits, and any number of writers on it, each as good as a process of its own.</summary>
internal sealed class LedgerDatabase : IAsyncDisposable
{
    /// <summary>The name of the database on PostgreSQL that others are copied from.</summary>
    public const string Template = "ledger_tables";

    private readonly List<IAsyncDisposable> owned = [];
    private readonly string? folder;
    private readonly Func<AiCreditsContext> newContext;
    private Func<Task>? giveBackAsync;

    private LedgerDatabase(Provider provider, string connectionString, string? folder)
    {
        Provider = provider;
        ConnectionString = connectionString;
        this.folder = folder;
        newContext = ContextsOf(provider, connectionString);
    }

    public Provider Provider { get; }

    public string ConnectionString { get; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public LedgerRules Rules { get; set; } = LedgerRules.None;

    /// <summary>Makes the memory of a lane on PostgreSQL; null for a usual one.</summary>
    public Func<LaneMemory>? NewMemory { get; set; }

    public static async Task<LedgerDatabase> CreateAsync(Provider provider, PostgreSqlServer server, TimeProvider? clock = null)
    {
        if (provider == Provider.Sqlite)
        {
            var folder = Directory.CreateTempSubdirectory("aicredits-sqlite");
            var path = Path.Combine(folder.FullName, "ledger.db");
            await SqliteTemplate.CopyToAsync(path);
            var file = $"Data Source={path};Pooling=false";
            return new LedgerDatabase(provider, file, folder.FullName) { Clock = clock ?? TimeProvider.System };
        }

        return await OnAsync(provider, server, await server.CreateDatabaseAsync(Template, MigrateAsync));
    }

    /// <summary>One that goes to another test afterwards, and on PostgreSQL may have been used before: for tests that change nothing but rows.</summary>
    public static async Task<LedgerDatabase> BorrowAsync(Provider provider, PostgreSqlServer server)
    {
        if (provider == Provider.Sqlite)
        {
            return await CreateAsync(provider, server);
        }

        // By provider, since PgBouncer's sessions stay as well.
        var kind = $"{Template} {provider}";
        var direct = await server.Reusable.TakeAsync(kind, () => server.CreateDatabaseAsync(Template, MigrateAsync));
        var database = await OnAsync(provider, server, direct);
        database.giveBackAsync = () => server.Reusable.TryGiveBackAsync(kind, direct);
        return database;
    }

    private static async Task<LedgerDatabase> OnAsync(Provider provider, PostgreSqlServer server, string direct) =>
        new(provider, provider == Provider.PgBouncer ? (await server.GetPgBouncerAsync()).ConnectionStringFor(direct) : direct, null);

    /// <summary>Makes the tables on PostgreSQL.</summary>
    public static async Task MigrateAsync(string connectionString)
    {
        var postgreSql = new DbContextOptionsBuilder<PostgreSqlCreditsContext>();
        PostgreSqlCreditsContext.Configure(postgreSql, connectionString);
        await using var context = new PostgreSqlCreditsContext(postgreSql.Options);
        await context.Database.MigrateAsync();
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
        return new PostgreSqlBatchExecutor(dataSource, () => Rules, newMemory: NewMemory);
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
        var report = await new IntegrityCheck(await LedgerSnapshot.TakeAsync(this)).RunAsync();
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

    /// <summary>Keeps all accounts locked on PostgreSQL while <paramref name="begin"/> gets to wait for one; ends with it, and returns when the lock was let go by the database's time.</summary>
    public async Task<DateTime> LockWhileAsync(Func<Task> begin, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var blocker = new NpgsqlCommand("select 1 from ai_credits_account for update", connection, transaction))
        {
            await blocker.ExecuteScalarAsync(cancellationToken);
        }

        var waiting = begin();
        await Task.Delay(500, cancellationToken);
        await using var clock = new NpgsqlCommand("select (extract(epoch from clock_timestamp()) * 1000000)::bigint", connection, transaction);
        var released = UtcMicroseconds.ToDateTime((long)(await clock.ExecuteScalarAsync(cancellationToken))!);
        await transaction.RollbackAsync(cancellationToken);
        await waiting;
        return released;
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

    public AiCreditsContext NewContext() => newContext();

    private static Func<AiCreditsContext> ContextsOf(Provider provider, string connectionString)
    {
        if (provider == Provider.Sqlite)
        {
            var sqlite = new DbContextOptionsBuilder<SqliteCreditsContext>();
            SqliteCreditsContext.Configure(sqlite, connectionString);
            return () => new SqliteCreditsContext(sqlite.Options);
        }

        var postgreSql = new DbContextOptionsBuilder<PostgreSqlCreditsContext>();
        PostgreSqlCreditsContext.Configure(postgreSql, connectionString);
        return () => new PostgreSqlCreditsContext(postgreSql.Options);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in Enumerable.Reverse(owned))
        {
            await one.DisposeAsync();
        }

        await (giveBackAsync?.Invoke() ?? Task.CompletedTask);
        if (folder is not null)
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }
}
