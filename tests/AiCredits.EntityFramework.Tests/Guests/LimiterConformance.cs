using AiCredits.Conformance;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Guests;
using AiCredits.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AiCredits.EntityFramework.Guests;

/// <summary>The suite on a database, each limiter in a host of its own as in an instance of an app.</summary>
[Proves(typeof(EfGuestLimiter))]
public abstract class LimiterConformance(Provider provider, PostgreSqlServer server) : GuestLimiterConformance
{
    private readonly List<IHost> hosts = [];
    private TestDatabase? database;
    private DatabaseClock? databaseClock;

    protected override bool LivesByClock => provider == Provider.Sqlite;

    protected override DateTime Now => databaseClock?.Now ?? base.Now;

    protected override async ValueTask<IGuestLimiter> CreateAsync()
    {
        database = await TestDatabase.BorrowAsync(provider, server, AppTables, clocked: true);
        databaseClock = await DatabaseClock.CreateAsync(database);
        return await CreateSecondAsync();
    }

    protected override async ValueTask<IGuestLimiter> CreateSecondAsync()
    {
        var host = await StartAsync(database!, Clock);
        hosts.Add(host);
        return host.Services.GetRequiredService<IGuestLimiter>();
    }

    protected override async ValueTask PassAsync(TimeSpan time)
    {
        await base.PassAsync(databaseClock is null ? time : TimeSpan.Zero);
        await (databaseClock?.PassAsync(time) ?? Task.CompletedTask);
    }

    protected override async ValueTask CleanUpAsync()
    {
        foreach (var host in hosts)
        {
            await AppHost.DisposeAsync(host);
        }

        await database!.DisposeAsync();
    }

    /// <summary>The name of the app's context where that makes the tables.</summary>
    private protected virtual string? AppTables => null;

    private protected virtual Task<IHost> StartAsync(TestDatabase on, TimeProvider clock) => AppHost.StartAsync(on.Use, clock);
}

public sealed class SqliteLimiterConformance(PostgreSqlServer server) : LimiterConformance(Provider.Sqlite, server);

public sealed class PostgreSqlLimiterConformance(PostgreSqlServer server) : LimiterConformance(Provider.PostgreSql, server);

public sealed class PgBouncerLimiterConformance(PostgreSqlServer server) : LimiterConformance(Provider.PgBouncer, server);

public sealed class AppContextSqliteLimiterConformance(PostgreSqlServer server) : LimiterConformance(Provider.Sqlite, server)
{
    private protected override string AppTables => nameof(NotesContext);

    private protected override Task<IHost> StartAsync(TestDatabase on, TimeProvider clock) => NotesApp.StartAsync(on, clock);
}

public sealed class AppContextPostgreSqlLimiterConformance(PostgreSqlServer server) : LimiterConformance(Provider.PostgreSql, server)
{
    private protected override string AppTables => nameof(NotesContext);

    private protected override Task<IHost> StartAsync(TestDatabase on, TimeProvider clock) => NotesApp.StartAsync(on, clock);
}
