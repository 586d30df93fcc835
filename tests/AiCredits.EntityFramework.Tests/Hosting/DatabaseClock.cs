using AiCredits.EntityFramework.Ledger;
using Npgsql;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>
/// Lets the time of a PostgreSQL database pass at once: a function of the same name stands before the server's own in the
/// search path, so that nobody has to wait, and no test depends on how fast the machine is.
/// </summary>
internal sealed class DatabaseClock
{
    private readonly string connectionString;
    private TimeSpan ahead;

    private DatabaseClock(string connectionString) => this.connectionString = connectionString;

    public DateTime Now => UtcMicroseconds.Now(TimeProvider.System) + ahead;

    /// <summary>In a database that was borrowed it may be there already. Call it before anybody else connects: sessions take over the search path when they begin.</summary>
    public static async Task<DatabaseClock?> CreateAsync(TestDatabase database)
    {
        if (database.Provider == Provider.Sqlite)
        {
            return null;
        }

        // Pooled, as many tests let time pass at every step, but apart from the app's own sessions.
        var clock = new DatabaseClock(new NpgsqlConnectionStringBuilder(database.DirectConnectionString) { Pooling = true, ApplicationName = "clock" }.ConnectionString);
        await clock.RunAsync($"""
            do $do$ begin
                if to_regnamespace('clock') is null then
                    create schema clock;
                    create sequence clock.ahead minvalue 0 start 0;
                    create function clock.clock_timestamp() returns timestamptz language sql volatile as $$ select pg_catalog.clock_timestamp() + last_value * interval '1 microsecond' from clock.ahead $$;
                    grant usage on schema clock to public;
                    grant select on clock.ahead to public;
                    alter database {database.Name} set search_path = public, clock, pg_catalog;
                end if;
            end $do$
            """);
        return clock;
    }

    public async Task PassAsync(TimeSpan time)
    {
        ahead += time;
        await RunAsync("select setval('clock.ahead', @ahead)", new NpgsqlParameter<long>("ahead", (long)ahead.TotalMicroseconds));
    }

    private async Task RunAsync(string sql, params NpgsqlParameter[] parameters)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
