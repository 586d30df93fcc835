using AiCredits.EntityFramework.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>A database whose schema the library creates and upgrades itself.</summary>
/// <typeparam name="TContext">The built-in context of its provider.</typeparam>
internal abstract partial class BuiltInDatabase<TContext> : CreditsDatabase
    where TContext : AiCreditsContext
{
    private readonly PooledDbContextFactory<TContext> contexts;
    private readonly bool autoMigrate;
    private readonly TimeSpan migrationTimeout;
    private readonly ILogger logger;

    // No logger goes into the context options: EF would keep a service provider for ever for every host that a process
    // starts (tests start many), and would log every statement of the library into the app's log.
    protected BuiltInDatabase(Action<DbContextOptionsBuilder> configure, bool autoMigrate, TimeSpan migrationTimeout, TimeProvider clock, ILogger logger)
        : base(clock)
    {
        var options = new DbContextOptionsBuilder<TContext>();
        configure(options);
        contexts = new PooledDbContextFactory<TContext>(options.Options);
        this.autoMigrate = autoMigrate;
        this.migrationTimeout = migrationTimeout;
        this.logger = logger;
    }

    protected abstract string SectionName { get; }

    public override DatabaseLease Open() => new(contexts.CreateDbContext());

    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(migrationTimeout);
        context.Database.SetCommandTimeout(migrationTimeout);
        try
        {
            await MigrateAsync(context, limit.Token).ConfigureAwait(false);
            await CheckServerAsync(limit.Token).ConfigureAwait(false);
            await SchemaCheck.RunAsync(context, Kind, missing => $"AIC1207: The tables of AiCredits are not as they should be ({missing}). They were changed by hand, or the database was restored in part. Restore a whole backup.", limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StartException(await ExplainTimeoutAsync(context, cancellationToken).ConfigureAwait(false), exception);
        }
        catch (Exception exception) when (Outage.Is(exception))
        {
            throw Outage.AtStart(exception);
        }
    }

    /// <summary>Refuses a server that would lose what the ledger has acknowledged.</summary>
    protected virtual Task CheckServerAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected virtual Task<string> ExplainTimeoutAsync(TContext context, CancellationToken cancellationToken) =>
        Task.FromResult($"AIC1204: The schema of AiCredits was not ready within {migrationTimeout}. Look for what blocks the tables ai_credits_…, or set {SectionName}:MigrationTimeout to more.");

    private async Task MigrateAsync(TContext context, CancellationToken cancellationToken)
    {
        // Asking first spares a start with nothing to do from waiting for the lock of another one.
        var known = context.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        IEnumerable<string> applied = await context.Database.CanConnectAsync(cancellationToken).ConfigureAwait(false)
            ? await context.Database.GetAppliedMigrationsAsync(cancellationToken).ConfigureAwait(false)
            : [];
        if (applied.Except(known, StringComparer.Ordinal).LastOrDefault() is { } unknown)
        {
            LogNewer(unknown);
        }

        var pending = known.Except(applied, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (pending.Count == 0)
        {
            return;
        }

        if (!autoMigrate)
        {
            if (Kind == DatabaseKind.PostgreSql)
            {
                // Where the server can't be reached, its own error is the one to tell. (On SQLite this would make the file.)
                await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            }

            throw new StartException($"AIC1209: The schema of AiCredits lacks {string.Join(", ", pending)}, and {SectionName}:AutoMigrate is false. Set it to true for one start.");
        }

        await context.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
        LogMigrated(string.Join(", ", pending));
    }

    [LoggerMessage(1200, LogLevel.Information, "The schema of AiCredits is upgraded: {Migrations}")]
    private partial void LogMigrated(string migrations);

    [LoggerMessage(1201, LogLevel.Warning, "The database was upgraded by a newer version of AiCredits: {Migration} is unknown here")]
    private partial void LogNewer(string migration);
}
