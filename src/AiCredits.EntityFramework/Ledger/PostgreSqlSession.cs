using System.Data;
using System.Net.Sockets;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>
/// A lane's session. Straight to the server it is the lane's alone: its settings stay, and its statements stay prepared.
/// Through a pooler the next transaction may run in another session, so nothing may outlive one.
/// </summary>
internal sealed class PostgreSqlSession : IAsyncDisposable
{
    private readonly NpgsqlDataSource dataSource;
    private readonly NpgsqlConnection connection;
    private readonly LaneMemory memory;

    private PostgreSqlSession(NpgsqlDataSource dataSource, NpgsqlConnection connection, LaneMemory memory)
    {
        this.dataSource = dataSource;
        this.connection = connection;
        this.memory = memory;
    }

    /// <summary>True when nobody stands between this process and the server.</summary>
    public bool IsDirect { get; private set; }

    /// <summary>What it knows of accounts; null through a pooler.</summary>
    public LaneMemory? Memory => IsDirect ? memory : null;

    public bool IsOpen => connection.State == ConnectionState.Open;

    public static async ValueTask<PostgreSqlSession> OpenAsync(NpgsqlDataSource dataSource, LaneMemory memory, CancellationToken cancellationToken)
    {
        var session = new PostgreSqlSession(dataSource, await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false), memory);
        try
        {
            // A pooler answers the start of a session itself, with a process id of its own making.
            session.IsDirect = await session.ScalarAsync(PostgreSqlStatements.BackendId, cancellationToken).ConfigureAwait(false) is int backend
                && backend == session.connection.ProcessID;
            if (session.IsDirect)
            {
                await session.ScalarAsync(PostgreSqlStatements.SessionSettings, cancellationToken).ConfigureAwait(false);
            }

            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public NpgsqlBatch NewBatch() => new(connection);

    /// <summary>Prepares what is not prepared yet, in a session where that lasts.</summary>
    public ValueTask PrepareAsync(NpgsqlBatch batch, CancellationToken cancellationToken) =>
        IsDirect ? new ValueTask(batch.PrepareAsync(cancellationToken)) : default;

    /// <summary>Ends the session; what it has not committed is rolled back.</summary>
    public async ValueTask DisposeAsync()
    {
        // Whoever gets a session from the pool must not find our settings; with this switch nobody would reset them.
        if (IsDirect && new NpgsqlConnectionStringBuilder(connection.ConnectionString).NoResetOnClose)
        {
            dataSource.Clear();
        }

        try
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or SocketException or TimeoutException)
        {
            // It was broken, and the reason is on its way to the caller.
        }
    }

    private async ValueTask<object?> ScalarAsync(string text, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, connection);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }
}
