using System.Collections.Concurrent;
using Npgsql;

namespace AiCredits.TestServers;

/// <summary>
/// Databases that go from test to test. To delete the rows of all tables takes a fraction of what it takes to make a database and
/// to drop it.
/// </summary>
public sealed class ReusableDatabases
{
    // What is raised here has the database dropped. Much space means many dead rows, which would slow down whoever comes next. A
    // session that is not idle may be about to write. With the role of a replica no trigger fires, so that nothing is append-only.
    private const string Empty =
        """
        do $$
        declare
            one record;
        begin
            if pg_database_size(current_database()) > 32 * 1024 * 1024 then
                raise 'too big';
            end if;
            if exists (select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' and state <> 'idle') then
                raise 'in use';
            end if;
            perform set_config('session_replication_role', 'replica', true), set_config('lock_timeout', '5s', true);
            for one in
                select schemaname, tablename from pg_tables
                where schemaname not in ('pg_catalog', 'information_schema') and tablename not in ('ai_credits_migrations', '__EFMigrationsHistory')
            loop
                execute format('delete from %I.%I', one.schemaname, one.tablename);
            end loop;
            perform setval(seqrelid, seqstart, false) from pg_sequence;
        end $$
        """;

    private readonly ConcurrentDictionary<string, ConcurrentBag<string>> _empty = new(StringComparer.Ordinal);

    internal ReusableDatabases()
    {
    }

    /// <summary>The connection string of an empty database of a kind, one that was given back or else a new one.</summary>
    public async Task<string> TakeAsync(string kind, Func<Task<string>> createAsync)
    {
        ArgumentNullException.ThrowIfNull(createAsync);
        return Of(kind).TryTake(out var connectionString) ? connectionString : await createAsync();
    }

    /// <summary>
    /// Empties a database for whoever asks next; false when that can't be done. Nobody may use it any more, and a test that changed
    /// more than rows and sequences must not give it back.
    /// </summary>
    public async Task<bool> TryGiveBackAsync(string kind, string connectionString)
    {
        try
        {
            // Pooled, but apart from the sessions of the app.
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "empty" }.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(Empty, connection);
            await command.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            return false;
        }

        Of(kind).Add(connectionString);
        return true;
    }

    private ConcurrentBag<string> Of(string kind) => _empty.GetOrAdd(kind, _ => []);
}
