using AiCredits.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Packs;

/// <summary>
/// The packs of the store, read when the app starts, after each change made here, and every minute for those made on other
/// instances. An empty store is filled with the packs of the settings.
/// </summary>
internal sealed partial class StoredPackCatalog(IPackStore store, IOptionsMonitor<AiCreditsOptions> options, TimeProvider clock, ILogger<StoredPackCatalog> logger)
    : BackgroundService, IPackCatalog
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private volatile CreditPack[] current = PackList.Of(PackList.FromSettings(options.CurrentValue));

    public IReadOnlyList<CreditPack> Packs => current;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before anybody can buy: a pack that was retired must not be on offer for a moment.
        if ((await store.ListAsync(cancellationToken).ConfigureAwait(false)).Count == 0)
        {
            foreach (var pack in PackList.FromSettings(options.CurrentValue))
            {
                await store.AddAsync(pack with { ChangedAt = UtcMicroseconds.Now(clock), Reason = "From the settings" }, cancellationToken).ConfigureAwait(false);
            }
        }

        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RefreshAsync(CancellationToken cancellationToken) =>
        current = PackList.Of(await store.ListAsync(cancellationToken).ConfigureAwait(false));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(false);
            try
            {
                await RefreshAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (LedgerUnavailableException exception)
            {
                NotRefreshed(exception);
            }
        }
    }

    [LoggerMessage(1060, LogLevel.Warning, "The packs could not be read anew; those known stay on offer.")]
    private partial void NotRefreshed(Exception exception);
}
