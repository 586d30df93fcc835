using AiCredits.TestServers;
using Npgsql;

namespace AiCredits.EntityFramework;

/// <summary>The servers that the other tests of this assembly stand on.</summary>
public sealed class TestServersTests(PostgreSqlServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PostgreSql_answers_on_a_private_port()
    {
        await using var connection = await OpenAsync(await server.CreateDatabaseAsync(Cancel));

        (await ScalarAsync(connection, "select 1")).ShouldBe(1);
        (await ScalarAsync(connection, "show listen_addresses")).ShouldBe("127.0.0.1");
        (await ScalarAsync(connection, "show unix_socket_directories")).ShouldBe("");
        (await ScalarAsync(connection, "show fsync")).ShouldBe("off");
    }

    [Fact]
    public async Task Each_database_is_new_and_empty()
    {
        await using var first = await OpenAsync(await server.CreateDatabaseAsync(Cancel));
        await using var second = await OpenAsync(await server.CreateDatabaseAsync(Cancel));
        await ScalarAsync(first, "create table t (x int)");

        (await ScalarAsync(second, "select count(*) from pg_tables where schemaname = 'public'")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_database_that_is_handed_on_has_no_rows_and_counts_from_the_start()
    {
        const string kind = "handed on";
        var database = await server.Reusable.TakeAsync(kind, () => server.CreateDatabaseAsync(Cancel));
        await using var connection = await OpenAsync(database);
        await ScalarAsync(connection, "create table t (id bigint generated always as identity, x int)");
        await ScalarAsync(connection, "create function refuse() returns trigger language plpgsql as $$ begin raise 'append-only'; end $$");
        await ScalarAsync(connection, "create trigger refuse before delete on t for each row execute function refuse()");
        await ScalarAsync(connection, "insert into t (x) values (1), (2)");

        (await server.Reusable.TryGiveBackAsync(kind, database)).ShouldBeTrue();

        (await server.Reusable.TakeAsync(kind, () => throw new InvalidOperationException("There is one."))).ShouldBe(database);
        (await ScalarAsync(connection, "select count(*) from t")).ShouldBe(0L);
        (await ScalarAsync(connection, "insert into t (x) values (3) returning id")).ShouldBe(1L);
        (await Should.ThrowAsync<PostgresException>(() => ScalarAsync(connection, "delete from t"))).MessageText.ShouldBe("append-only");
    }

    [Fact]
    public async Task A_database_that_is_still_in_use_is_not_handed_on()
    {
        const string kind = "in use";
        var database = await server.Reusable.TakeAsync(kind, () => server.CreateDatabaseAsync(Cancel));
        await using var connection = await OpenAsync(database);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await ScalarAsync(connection, "create table t (x int)");

        (await server.Reusable.TryGiveBackAsync(kind, database)).ShouldBeFalse();

        (await server.Reusable.TakeAsync(kind, () => Task.FromResult("another"))).ShouldBe("another");
    }

    [Fact]
    public async Task PgBouncer_pools_by_transaction()
    {
        var direct = await server.CreateDatabaseAsync(Cancel);
        var bouncer = await server.GetPgBouncerAsync(Cancel);
        var through = bouncer.ConnectionStringFor(direct);

        // Far more clients than PgBouncer has connections to the server: they only get on because each gives its
        // connection back between two transactions.
        var clients = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => OpenAsync(through)));
        var backends = new HashSet<object?>();
        foreach (var client in clients)
        {
            await using var transaction = await client.BeginTransactionAsync(Cancel);
            backends.Add(await ScalarAsync(client, "select pg_backend_pid()"));
            await transaction.CommitAsync(Cancel);
        }

        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }

        backends.Count.ShouldBeLessThanOrEqualTo(20);
    }

    [Fact]
    public async Task A_killed_server_comes_back_with_what_was_committed()
    {
        await using var own = new PostgreSqlServer();
        await own.InitializeAsync();
        var database = await own.CreateDatabaseAsync(Cancel);
        await using (var connection = await OpenAsync(database))
        {
            await ScalarAsync(connection, "create table t (x int); insert into t values (7)");
            await own.KillAsync();
            await Should.ThrowAsync<NpgsqlException>(() => ScalarAsync(connection, "select 1"));
            NpgsqlConnection.ClearPool(connection);
        }

        await own.StartAsync();

        await using var again = await OpenAsync(database);
        (await ScalarAsync(again, "select x from t")).ShouldBe(7);
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Cancel);
        return connection;
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancel);
    }
}
