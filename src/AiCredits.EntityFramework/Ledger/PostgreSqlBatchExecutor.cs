using System.Net.Sockets;
using AiCredits.Ledger;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>
/// Batches on PostgreSQL: two round trips each, or one for a lone command on an account that the lane has just written; one
/// session per lane. Behind a pooler nothing outlives the transaction (no
/// session settings, no prepared statements, no advisory locks), so it may be in transaction mode.
/// </summary>
internal sealed class PostgreSqlBatchExecutor : ILedgerBatchExecutor
{
    /// <summary>Opens the message of a statement that changed another number of rows than it must.</summary>
    internal const string CountMismatch = "ai_credits row count, ";

    /// <summary>Opens the message of a database that is not as a lane remembers it.</summary>
    internal const string Outdated = "ai_credits: not as remembered, so it is loaded first: ";

    private readonly NpgsqlDataSource dataSource;
    private readonly Func<LedgerRules> rules;
    private readonly PostgreSqlStatements sql;
    private readonly Func<LaneMemory> newMemory;

    // Two are best: more only wait for each other in the server's log.
    private readonly PostgreSqlSession?[] sessions = new PostgreSqlSession?[2];

    /// <param name="dataSource">The database; stays the caller's.</param>
    /// <param name="rules">The settings that the kernel needs, as they are now.</param>
    /// <param name="schema">The schema of the tables; null for the one that the session finds.</param>
    /// <param name="newMemory">Makes the memory of a new session; null for a usual one.</param>
    public PostgreSqlBatchExecutor(NpgsqlDataSource dataSource, Func<LedgerRules> rules, string? schema = null, Func<LaneMemory>? newMemory = null)
    {
        if (new NpgsqlConnectionStringBuilder(dataSource.ConnectionString).Multiplexing)
        {
            throw new InvalidOperationException("AIC1227: The PostgreSQL connection string has Multiplexing=true, under which a transaction can't span two round trips. Remove it; the ledger needs two connections only.");
        }

        this.dataSource = dataSource;
        this.rules = rules;
        this.newMemory = newMemory ?? (() => new LaneMemory());
        sql = new PostgreSqlStatements(schema);
    }

    public int Lanes => sessions.Length;

    public async ValueTask ExecuteAsync(int lane, ReadOnlyMemory<PendingCommand> batch, CancellationToken cancellationToken)
    {
        // A lane keeps its session: to give it back to the pool after each batch would cost a reset each time.
        if (sessions[lane] is { IsOpen: false } closed)
        {
            sessions[lane] = null;
            await closed.DisposeAsync().ConfigureAwait(false);
        }

        var isNew = sessions[lane] is null;
        var session = sessions[lane] ??= await PostgreSqlSession.OpenAsync(dataSource, newMemory(), cancellationToken).ConfigureAwait(false);
        try
        {
            if (isNew && session.IsDirect)
            {
                await PostgreSqlLoad.PrepareAsync(session, sql, cancellationToken).ConfigureAwait(false);
                await PostgreSqlSave.PrepareAsync(session, sql, cancellationToken).ConfigureAwait(false);
            }

            var commands = new LedgerBatch(batch.Span);
            if (session.Memory is { } memory && memory.TryRecall(commands, out var now))
            {
                if (await TryAtOnceAsync(session, memory, commands, now, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                commands = new LedgerBatch(batch.Span);
            }

            await LoadAndWriteAsync(session, commands, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Closing rolls back. Where one session broke, or what it has prepared is not understood any more, the idle ones
            // in the pool are as good as broken.
            sessions[lane] = null;
            if (!session.IsOpen || IsStaleStatement(exception))
            {
                dataSource.Clear();
            }

            await session.DisposeAsync().ConfigureAwait(false);
            if (IsBrokenAssertion(exception, out var message))
            {
                throw new LedgerInvariantException(message);
            }

            throw;
        }
    }

    public BatchFault Classify(Exception exception) => exception switch
    {
        PostgresException when IsStaleStatement(exception) => BatchFault.Transient,
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
        foreach (var session in sessions)
        {
            if (session is not null)
            {
                await session.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    // False when nothing was written, since there is nothing to write, or it does not fit, or what is known was not right.
    private async ValueTask<bool> TryAtOnceAsync(PostgreSqlSession session, LaneMemory memory, LedgerBatch lone, DateTime now, CancellationToken cancellationToken)
    {
        try
        {
            if (!lone.TryDecide(now, rules()) || !await new PostgreSqlSave(sql, lone).TryWriteAtOnceAsync(session, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }
        catch (PostgresException exception) when (session.IsOpen && Classify(exception) != BatchFault.Transient)
        {
            // The database is not as remembered, or can't do this in one statement. Whatever else it has against the command,
            // it says again when the account has been loaded.
            memory.WasWrong(lone);
            return false;
        }

        memory.WasRight();
        memory.Keep(lone);
        return true;
    }

    private async ValueTask LoadAndWriteAsync(PostgreSqlSession session, LedgerBatch commands, CancellationToken cancellationToken)
    {
        var load = new PostgreSqlLoad(sql, commands);
        var now = await load.ReadAsync(session, cancellationToken).ConfigureAwait(false);
        var settings = rules();
        while (!commands.TryDecide(now, settings))
        {
            await load.ReadMoreAsync(session, cancellationToken).ConfigureAwait(false);
        }

        await new PostgreSqlSave(sql, commands).WriteAsync(session, cancellationToken).ConfigureAwait(false);
        session.Memory?.Keep(commands);
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

    // A statement that the server does not know, or has under that name already (something took one session for another), or
    // whose table was changed meanwhile.
    private static bool IsStaleStatement(Exception exception) => exception is PostgresException
    {
        SqlState: PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.DuplicatePreparedStatement,
    }
    or PostgresException { SqlState: PostgresErrorCodes.FeatureNotSupported, Routine: "RevalidateCachedQuery" };
}
