using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Schema;
using AiCredits.TestServers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>A database of a test's own, new unless the test says that it may be one that others have used.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly DirectoryInfo? folder;

    private readonly PostgreSqlServer server;

    /// <summary>What it is to be given back as; null where it must not be.</summary>
    private string? reusableAs;

    private TestDatabase(Provider provider, string connectionString, PostgreSqlServer server, DirectoryInfo? folder)
    {
        this.server = server;
        Provider = provider;
        ConnectionString = connectionString;
        this.folder = folder;
    }

    public Provider Provider { get; }

    public string ConnectionString { get; }

    /// <summary>Past PgBouncer, where one stands in between.</summary>
    public string DirectConnectionString => new NpgsqlConnectionStringBuilder(ConnectionString) { Port = server.Port, Pooling = false }.ConnectionString;

    /// <summary>The name of a PostgreSQL database.</summary>
    public string Name => new NpgsqlConnectionStringBuilder(ConnectionString).Database!;

    /// <summary>Without any table.</summary>
    public static Task<TestDatabase> CreateAsync(Provider provider, PostgreSqlServer server) => CreateAsync(provider, server, migrated: false);

    /// <summary>The same with the built-in tables in it, for tests of what comes after the first start.</summary>
    public static Task<TestDatabase> CreateMigratedAsync(Provider provider, PostgreSqlServer server) => CreateAsync(provider, server, migrated: true);

    /// <summary>
    /// One without rows, which goes to another test afterwards: for tests that change nothing but rows, and that let nobody use it
    /// once they dispose of it. On PostgreSQL it may have been used before.
    /// </summary>
    /// <param name="appTables">The name of the app's context that makes all tables; the built-in tables are there when there is none.</param>
    /// <param name="clocked">Whether the test makes a <see cref="DatabaseClock"/>, which stays in the database.</param>
    public static async Task<TestDatabase> BorrowAsync(Provider provider, PostgreSqlServer server, string? appTables = null, bool clocked = false)
    {
        var migrated = appTables is null;
        if (provider == Provider.Sqlite)
        {
            return await CreateAsync(provider, server, migrated);
        }

        // By provider, since PgBouncer's sessions stay as well.
        var kind = $"{appTables ?? LedgerDatabase.Template} {provider}{(clocked ? " clocked" : "")}";
        var direct = await server.Reusable.TakeAsync(kind, () => CreatePostgreSqlAsync(server, migrated));
        return new TestDatabase(provider, await ThroughAsync(provider, server, direct), server, null) { reusableAs = kind };
    }

    private static async Task<TestDatabase> CreateAsync(Provider provider, PostgreSqlServer server, bool migrated)
    {
        if (provider == Provider.Sqlite)
        {
            var folder = Directory.CreateTempSubdirectory("aicredits-sqlite");
            var file = Path.Combine(folder.FullName, "app.db");
            await (migrated ? SqliteTemplate.CopyToAsync(file) : Task.CompletedTask);
            return new TestDatabase(provider, $"Data Source={file}", server, folder);
        }

        return new TestDatabase(provider, await ThroughAsync(provider, server, await CreatePostgreSqlAsync(server, migrated)), server, null);
    }

    private static Task<string> CreatePostgreSqlAsync(PostgreSqlServer server, bool migrated) =>
        migrated ? server.CreateDatabaseAsync(LedgerDatabase.Template, LedgerDatabase.MigrateAsync) : server.CreateDatabaseAsync();

    private static async Task<string> ThroughAsync(Provider provider, PostgreSqlServer server, string direct) =>
        provider == Provider.PgBouncer ? (await server.GetPgBouncerAsync()).ConnectionStringFor(direct) : direct;

    /// <summary>Fills the slot with the built-in store of the provider.</summary>
    public void Use(AiCreditsBuilder builder)
    {
        if (Provider == Provider.Sqlite)
        {
            builder.UseSqlite(ConnectionString);
        }
        else
        {
            builder.UsePostgreSql(ConnectionString);
        }
    }

    /// <summary>Points a context of the app at the database.</summary>
    public void Configure(DbContextOptionsBuilder options)
    {
        if (Provider == Provider.Sqlite)
        {
            options.UseSqlite(ConnectionString);
        }
        else
        {
            options.UseNpgsql(ConnectionString);
        }
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

    public async Task<int> RunAsync(string sql)
    {
        await using var context = NewContext();
        return await context.Database.ExecuteSqlRawAsync(sql, TestContext.Current.CancellationToken);
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var context = NewContext();
        return (await context.Database.SqlQueryRaw<T>(sql).ToListAsync(TestContext.Current.CancellationToken)).Single();
    }

    public async ValueTask DisposeAsync()
    {
        if (folder is not null)
        {
            // The pools of this file only: other tests use theirs at the same time.
            using (var connection = new SqliteConnection(ConnectionString))
            {
                SqliteConnection.ClearPool(connection);
            }

            folder.Delete(recursive: true);
            return;
        }

        // What a failed test has started may still go on.
        if (reusableAs is not null
            && TestContext.Current.TestState?.Result != TestResult.Failed
            && await server.Reusable.TryGiveBackAsync(reusableAs, server.ConnectionStringFor(Name)))
        {
            return;
        }

        // With its sessions: EF keeps the pool of a connection string for ever.
        await using var admin = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.AdminConnectionString) { Pooling = false }.ConnectionString);
        await admin.OpenAsync();
        await using var drop = new NpgsqlCommand($"drop database if exists {Name} with (force)", admin);
        await drop.ExecuteNonQueryAsync();
    }
}
