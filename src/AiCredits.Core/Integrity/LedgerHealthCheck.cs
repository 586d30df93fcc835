using AiCredits.Ledger;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace AiCredits.Integrity;

/// <summary>
/// Tells whether the ledger can be written to, and proves a few accounts each time, in turn through all of them.
/// Unhealthy: the store can't take a command, or an account does not add up. Degraded: the check in the background has
/// not come to its end for five intervals.
/// </summary>
/// <remarks>
/// Thread-safe; a singleton. The work is bounded: <see cref="IntegrityOptions.HealthSample"/> accounts with
/// <see cref="IntegrityOptions.MaxEntries"/> entries each, at most every ten seconds however often it is asked.
/// </remarks>
public sealed class LedgerHealthCheck : IHealthCheck
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly ICreditStore store;
    private readonly ILedgerArchive archive;
    private readonly IntegrityMonitor monitor;
    private readonly IOptionsMonitor<AiCreditsOptions> options;
    private readonly TimeProvider clock;
    private readonly DateTime startedAt;
    private DateTime restUntil;
    private int sampling;
    private AccountId? after;

    /// <summary>Makes the check.</summary>
    public LedgerHealthCheck(ICreditStore store, ILedgerArchive archive, IntegrityMonitor monitor, IOptionsMonitor<AiCreditsOptions> options, TimeProvider clock)
    {
        this.store = store;
        this.archive = archive;
        this.monitor = monitor;
        this.options = options;
        this.clock = clock;
        startedAt = UtcMicroseconds.Now(clock);
    }

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await store.CheckAsync(cancellationToken).ConfigureAwait(false);
            await SampleAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LedgerUnavailableException exception)
        {
            return HealthCheckResult.Unhealthy($"The ledger can't be used: {exception.Message}", exception);
        }

        var status = monitor.Status;
        var data = new Dictionary<string, object> { ["accountsChecked"] = status.Accounts, ["faults"] = status.Faults.Count };
        if (status.Faults.Count > 0)
        {
            // Not which account: who may see health pages is often anybody.
            return HealthCheckResult.Unhealthy($"{status.Faults.Count} figures of the ledger don't add up. The log says which.", data: data);
        }

        var settings = options.CurrentValue.Integrity;
        return settings.Enabled && UtcMicroseconds.Now(clock) - (status.CheckedAt ?? startedAt) > settings.Interval * 5
            ? HealthCheckResult.Degraded("The integrity check has not come to its end for a while. The log says why.", data: data)
            : HealthCheckResult.Healthy(data: data);
    }

    private async Task SampleAsync(CancellationToken cancellationToken)
    {
        var sample = options.CurrentValue.Integrity.HealthSample;
        if (sample == 0 || Interlocked.Exchange(ref sampling, 1) == 1)
        {
            return;
        }

        try
        {
            var now = UtcMicroseconds.Now(clock);
            if (now < restUntil)
            {
                return;
            }

            restUntil = now + Rest;
            var accounts = await archive.GetAccountsAsync(after, null, sample, cancellationToken).ConfigureAwait(false);
            after = accounts.Count < sample ? null : accounts[^1];
            foreach (var account in accounts)
            {
                await monitor.LookAtAsync(account, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref sampling, 0);
        }
    }
}
