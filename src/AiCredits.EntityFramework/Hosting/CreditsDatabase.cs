using System.Data;
using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>
/// Where the tables are. Every piece of work opens a context of its own here, never the request's: saving changes on the
/// app's context would commit its half-done rows.
/// </summary>
/// <remarks>Thread-safe; a singleton.</remarks>
internal abstract class CreditsDatabase : IAsyncDisposable
{
    protected CreditsDatabase(TimeProvider clock) => Clock = clock;

    public abstract DatabaseKind Kind { get; }

    /// <summary>The app's clock.</summary>
    protected TimeProvider Clock { get; }

    /// <summary>The queue of all writers in this process, for SQLite alone.</summary>
    protected SqliteGate Gate { get; } = new();

    public abstract DatabaseLease Open();

    /// <summary>Makes the executor of the ledger's batches for this database. Call it once.</summary>
    public abstract ILedgerBatchExecutor CreateExecutor(Func<LedgerRules> rules);

    /// <summary>Makes the tables ready for use at the start of the app, or throws with the fault and its fix.</summary>
    public abstract Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Does <paramref name="work"/> in one transaction; it may be done again from its start, so it must keep nothing between.</summary>
    /// <exception cref="LedgerUnavailableException">The database can't be used now.</exception>
    public async Task<TResult> WriteAsync<TResult>(Func<DbContext, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        if (Kind != DatabaseKind.Sqlite)
        {
            return await WriteNowAsync(work, cancellationToken).ConfigureAwait(false);
        }

        using var turn = await Gate.EnterAsync(cancellationToken).ConfigureAwait(false);
        return await WriteNowAsync(work, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads; each statement sees its own moment.</summary>
    /// <exception cref="LedgerUnavailableException">The database can't be used now.</exception>
    public async Task<TResult> ReadAsync<TResult>(Func<DbContext, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        await using var lease = Open();
        try
        {
            return await read(lease.Context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (Outage.Is(exception))
        {
            throw Outage.Unavailable(exception);
        }
    }

    /// <summary>Reads in <paramref name="read"/> as of one moment; it may be done again from its start.</summary>
    public Task<TResult> SnapshotAsync<TResult>(DbContext context, Func<CancellationToken, Task<TResult>> read, CancellationToken cancellationToken) =>
        context.Database.CreateExecutionStrategy().ExecuteAsync(
            async token =>
            {
                await using var transaction = await BeginSnapshotAsync(context, token).ConfigureAwait(false);
                return await read(token).ConfigureAwait(false);
            },
            cancellationToken);

    /// <summary>The time that counts: the database's own on PostgreSQL, so that instances agree; elsewhere the app's.</summary>
    public async ValueTask<DateTime> NowAsync(DbContext context, CancellationToken cancellationToken)
    {
        if (Kind != DatabaseKind.PostgreSql)
        {
            return UtcMicroseconds.Now(Clock);
        }

        // Not now(), which stands still in a transaction, and so is seconds in the past after waiting for a lock.
        var micros = await context.Database
            .SqlQueryRaw<long>("select (extract(epoch from clock_timestamp()) * 1000000)::bigint as \"Value\"")
            .SingleAsync(cancellationToken).ConfigureAwait(false);
        return Stored.Time(micros);
    }

    public virtual ValueTask DisposeAsync()
    {
        Gate.Dispose();
        return default;
    }

    private async Task<TResult> WriteNowAsync<TResult>(Func<DbContext, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        await using var lease = Open();
        var context = lease.Context;
        try
        {
            return await context.Database.CreateExecutionStrategy().ExecuteAsync(
                async token =>
                {
                    context.ChangeTracker.Clear();
                    await using var transaction = await context.Database.BeginTransactionAsync(token).ConfigureAwait(false);
                    var result = await work(context, token).ConfigureAwait(false);
                    await transaction.CommitAsync(token).ConfigureAwait(false);
                    return result;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (Outage.Is(exception))
        {
            throw Outage.Unavailable(exception);
        }
    }

    private async Task<IDbContextTransaction> BeginSnapshotAsync(DbContext context, CancellationToken cancellationToken)
    {
        if (Kind != DatabaseKind.Sqlite)
        {
            return await context.Database.BeginTransactionAsync(Kind == DatabaseKind.PostgreSql ? IsolationLevel.RepeatableRead : IsolationLevel.Serializable, cancellationToken).ConfigureAwait(false);
        }

        // What EF begins on SQLite takes the write lock at once; a deferred transaction that only reads never does.
        await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var deferred = ((SqliteConnection)context.Database.GetDbConnection()).BeginTransaction(deferred: true);
        return (await context.Database.UseTransactionAsync(deferred, cancellationToken).ConfigureAwait(false))!;
    }
}
