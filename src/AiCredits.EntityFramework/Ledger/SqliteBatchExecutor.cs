using AiCredits.Ledger;
using Microsoft.Data.Sqlite;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>
/// Batches on SQLite: one writer session with prepared statements, one immediate transaction per batch, the time from the
/// app's clock. SQLite's calls block, so a batch holds its thread until the disk has it.
/// </summary>
internal sealed class SqliteBatchExecutor : ILedgerBatchExecutor
{
    // https://www.sqlite.org/rescode.html
    private const int Error = 1;
    private const int Permission = 3;
    private const int ReadOnly = 8;
    private const int Corrupt = 11;
    private const int Constraint = 19;
    private const int Mismatch = 20;
    private const int TooBig = 18;
    private const int NotADatabase = 26;
    private const int ConstraintCheck = Constraint | (1 << 8);

    private readonly string connectionString;
    private readonly bool fullSync;
    private readonly SqliteGate gate;
    private readonly TimeProvider clock;
    private readonly Func<LedgerRules> rules;
    private SqliteSession? session;

    /// <param name="connectionString">A database file; in-memory databases and shared caches are refused.</param>
    /// <param name="gate">The queue of all writers of the file in this process.</param>
    /// <param name="clock">The time of entries.</param>
    /// <param name="rules">The settings that the kernel needs, as they are now.</param>
    /// <param name="fullSync">False to let a power cut take the last commits, for speed.</param>
    public SqliteBatchExecutor(string connectionString, SqliteGate gate, TimeProvider clock, Func<LedgerRules> rules, bool fullSync = true)
    {
        this.connectionString = ForWriting(connectionString);
        this.gate = gate;
        this.clock = clock;
        this.rules = rules;
        this.fullSync = fullSync;
    }

    public int Lanes => 1;

    public async ValueTask ExecuteAsync(int lane, ReadOnlyMemory<PendingCommand> batch, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            session ??= new SqliteSession(connectionString, fullSync);
            Execute(session, new LedgerBatch(batch.Span));
        }
        catch (Exception exception)
        {
            // Closing rolls back.
            session?.Dispose();
            session = null;
            if (exception is SqliteException { SqliteExtendedErrorCode: ConstraintCheck })
            {
                throw new LedgerInvariantException(exception.Message);
            }

            throw;
        }
    }

    public BatchFault Classify(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: Constraint or Mismatch or TooBig } => BatchFault.Command,
        SqliteException { SqliteErrorCode: Error or Permission or ReadOnly or Corrupt or NotADatabase } => BatchFault.Database,
        SqliteException or IOException or UnauthorizedAccessException => BatchFault.Transient, // busy, locked, disk full, can't be opened
        _ => BatchFault.Command,
    };

    public async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken).ConfigureAwait(false);
        session ??= new SqliteSession(connectionString, fullSync);
        session.Begin();
        session.Rollback();
    }

    public ValueTask DisposeAsync()
    {
        session?.Dispose();
        return default;
    }

    private void Execute(SqliteSession writer, LedgerBatch batch)
    {
        writer.Begin();
        var now = UtcMicroseconds.Now(clock);
        writer.Load(batch, now);
        foreach (var changes in batch.Decide(now, rules()))
        {
            writer.Save(batch[changes.State.Account.Value], changes);
        }

        writer.Commit();
    }

    private static string ForWriting(string connectionString)
    {
        var parts = new SqliteConnectionStringBuilder(connectionString);
        if (parts.Mode == SqliteOpenMode.Memory || parts.Cache == SqliteCacheMode.Shared
            || parts.DataSource is "" or ":memory:" || parts.DataSource.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException($"AIC1221: The SQLite connection string '{connectionString}' names no plain database file, which the ledger needs to be durable. Use 'Data Source=app.db', or leave out UseSqlite to keep the ledger in memory.");
        }

        if (parts.Mode == SqliteOpenMode.ReadOnly)
        {
            throw new InvalidOperationException("AIC1222: The SQLite connection string has Mode=ReadOnly, so the ledger could not be written. Remove it.");
        }

        // A pooled connection could come back with another's settings. The least time-out: waiting is the writer's job.
        parts.Pooling = false;
        parts.DefaultTimeout = 1;
        return parts.ConnectionString;
    }
}
