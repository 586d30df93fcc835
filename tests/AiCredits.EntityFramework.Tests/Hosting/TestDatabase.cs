using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Schema;
using AiCredits.TestServers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>A new database without any table.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly DirectoryInfo? folder;

    private readonly PostgreSqlServer server;

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

    public static Task<TestDatabase> CreateAsync(Provider provider, PostgreSqlServer server) => CreateAsync(provider, server, migrated: false);

    /// <summary>The same with the built-in tables in it, for tests of what comes after the first start.</summary>
    public static Task<TestDatabase> CreateMigratedAsync(Provider provider, PostgreSqlServer server) => CreateAsync(provider, server, migrated: true);

    private static async Task<TestDatabase> CreateAsync(Provider provider, PostgreSqlServer server, bool migrated)
    {
        if (provider == Provider.Sqlite)
        {
            var folder = Directory.CreateTempSubdirectory("aicredits-sqlite");
            var file = Path.Combine(folder.FullName, "app.db");
            await (migrated ? SqliteTemplate.CopyToAsync(file) : Task.CompletedTask);
            return new TestDatabase(provider, $"Data Source={file}", server, folder);
        }

        var direct = migrated ? await server.CreateDatabaseAsync(LedgerDatabase.Template, LedgerDatabase.MigrateAsync) : await server.CreateDatabaseAsync();
        return new TestDatabase(provider, provider == Provider.PgBouncer ? (await server.GetPgBouncerAsync()).ConnectionStringFor(direct) : direct, server, null);
    }

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

        // With its sessions: EF keeps the pool of a connection string for ever.
        await using var admin = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.AdminConnectionString) { Pooling = false }.ConnectionString);
        await admin.OpenAsync();
        await using var drop = new NpgsqlCommand($"drop database if exists {Name} with (force)", admin);
        await drop.ExecuteNonQueryAsync();
    }
}
