using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>Refuses at start-up a server that could lose what the ledger has acknowledged.</summary>
internal static class PostgreSqlServerCheck
{
    /// <exception cref="InvalidOperationException">The message has the code, the fault and the fix.</exception>
    public static async Task RunAsync(NpgsqlDataSource dataSource, UnsafeDurability allowed, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select current_setting('synchronous_commit'), current_setting('fsync'), pg_is_in_recovery()");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (reader.GetString(0) == "off" && !allowed.HasFlag(UnsafeDurability.AsynchronousCommit))
        {
            throw new InvalidOperationException("AIC1224: The PostgreSQL server has synchronous_commit=off for this user or database, so a crash could lose charges that were acknowledged. Run ALTER SYSTEM SET synchronous_commit = on (or ALTER ROLE/DATABASE ... RESET synchronous_commit), or allow it with AiCredits:PostgreSql:AllowUnsafeDurability = AsynchronousCommit.");
        }

        if (reader.GetString(1) == "off" && !allowed.HasFlag(UnsafeDurability.NoFsync))
        {
            throw new InvalidOperationException("AIC1225: The PostgreSQL server has fsync=off, so a power cut could damage the ledger. Run ALTER SYSTEM SET fsync = on and reload, or allow it with AiCredits:PostgreSql:AllowUnsafeDurability = NoFsync.");
        }

        if (reader.GetBoolean(2) && !allowed.HasFlag(UnsafeDurability.Standby))
        {
            throw new InvalidOperationException("AIC1226: The PostgreSQL server is a standby, which can't be written to. Connect to the primary (Target Session Attributes=primary), or allow it with AiCredits:PostgreSql:AllowUnsafeDurability = Standby.");
        }
    }
}
