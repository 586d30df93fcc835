using System.Data;
using System.Net.Sockets;
using AiCredits.Ledger;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>
/// Batches on PostgreSQL: two round trips each, one session per lane. Nothing outlives the transaction (no session
/// settings, no prepared statements, no advisory locks), so a pooler in transaction mode may stand in between.
/// </summary>
internal sealed class PostgreSqlBatchExecutor : ILedgerBatchExecutor
{
    /// <summary>Opens the message of a statement that changed another number of rows than it must.</summary>
    internal const string CountMismatch = "ai_credits row count, ";

    private readonly NpgsqlDataSource dataSource;
    private readonly Func<LedgerRules> rules;
    private readonly PostgreSqlStatements sql;

    // Two are best: more only wait for each other in the server's log.
    private readonly NpgsqlConnection?[] connections = new NpgsqlConnection?[2];

    /// <param name="dataSource">The database; stays the caller's.</param>
    /// <param name="rules">The settings that the kernel needs, as they are now.</param>
    /// <param name="schema">The schema of the tables; null for the one that the session finds.</param>
    public PostgreSqlBatchExecutor(NpgsqlDataSource dataSource, Func<LedgerRules> rules, string? schema = null)
    {
        if (new NpgsqlConnectionStringBuilder(dataSource.ConnectionString).Multiplexing)
        {
            throw new InvalidOperationException("AIC1227: The PostgreSQL connection string has Multiplexing=true, under which a transaction can't span two round trips. Remove it; the ledger needs two connections only.");
        }

        this.dataSource = dataSource;
        this.rules = rules;
        sql = new PostgreSqlStatements(schema);
    }

    public int Lanes => connections.Length;

    public async ValueTask ExecuteAsync(int lane, ReadOnlyMemory<PendingCommand> batch, CancellationToken cancellationToken)
    {
        // A lane keeps its session: to give it back to the pool after each batch would cost a reset each time.
        var connection = connections[lane] ??= await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (connection.State != ConnectionState.Open)
        {
            await CloseAsync(connection).ConfigureAwait(false);
            connection = connections[lane] = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            var commands = new LedgerBatch(batch.Span);
            var load = new PostgreSqlLoad(sql, commands);
            var now = await load.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
            if (commands.HasRefunds)
            {
                await load.ReadCapturesAsync(connection, cancellationToken).ConfigureAwait(false);
            }

            await new PostgreSqlSave(sql, commands, commands.Decide(now, rules())).WriteAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Closing rolls back. Where one session broke, the idle ones in the pool are as good as broken.
            connections[lane] = null;
            if (connection.State != ConnectionState.Open)
            {
                dataSource.Clear();
            }

            await CloseAsync(connection).ConfigureAwait(false);
            if (IsBrokenAssertion(exception, out var message))
            {
                throw new LedgerInvariantException(message);
            }

            throw;
        }
    }

    public BatchFault Classify(Exception exception) => exception switch
    {
        PostgresException { SqlState: var state } => Classify(state),
        NpgsqlException { IsTransient: true } or TimeoutException or IOException or SocketException => BatchFault.Transient,
        NpgsqlException or ObjectDisposedException => BatchFault.Database,
        _ => BatchFault.Command,
    };

    public async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"select pg_is_in_recovery() from (select count(*) from (select 1 from {sql.AccountTable} limit 1) as any_row) as reachable");
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true)
        {
            throw new LedgerUnavailableException("The PostgreSQL server is a read-only standby. Connect to the primary (Target Session Attributes=primary), or wait for the fail-over to end.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections)
        {
            if (connection is not null)
            {
                await CloseAsync(connection).ConfigureAwait(false);
            }
        }
    }

    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    private static BatchFault Classify(string state) => state switch
    {
        "57014" => BatchFault.Transient, // statement time-out
        "55P03" => BatchFault.Transient, // lock time-out
        "25006" => BatchFault.Transient, // read-only: a standby, during a fail-over
        "25P03" => BatchFault.Transient, // idle-in-transaction time-out
        "3D000" or "0A000" => BatchFault.Database, // no such database; not supported
        _ => state[..2] switch
        {
            "08" => BatchFault.Transient, // connection, and what PgBouncer says of itself
            "40" => BatchFault.Transient, // deadlock, serialization
            "53" => BatchFault.Transient, // too many connections, disk full, out of memory
            "57" => BatchFault.Transient, // shutting down, starting up
            "58" => BatchFault.Transient, // I/O error
            "28" or "3F" or "42" or "XX" => BatchFault.Database, // not allowed, no such table, damaged
            _ => BatchFault.Command,
        },
    };

    private static bool IsBrokenAssertion(Exception exception, out string message)
    {
        message = exception.Message;
        return exception is PostgresException postgres
            && (postgres.SqlState == PostgresErrorCodes.CheckViolation
                || (postgres.SqlState == PostgresErrorCodes.InvalidTextRepresentation && postgres.MessageText.Contains(CountMismatch, StringComparison.Ordinal)));
    }

    private static async ValueTask CloseAsync(NpgsqlConnection connection)
    {
        try
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or SocketException or TimeoutException)
        {
            // It was broken, and the reason is on its way to the caller.
        }
    }
}
