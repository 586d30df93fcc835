using System.Diagnostics.Metrics;
using AiCredits.Metering;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Integrity;

/// <summary>Looks at the accounts that this process writes to, and remembers what did not add up: for health checks, metrics and admin pages.</summary>
/// <remarks>Thread-safe; a singleton. Every process of the app looks at its own accounts.</remarks>
public sealed partial class IntegrityMonitor
{
    private readonly IntegrityCheck check;
    private readonly TouchedAccounts touched;
    private readonly IOptionsMonitor<AiCreditsOptions> options;
    private readonly TimeProvider clock;
    private readonly ILogger<IntegrityMonitor> logger;
    private readonly Counter<long> checkedAccounts;
    private readonly Counter<long> foundFaults;
    private readonly Lock gate = new();
    private readonly Dictionary<AccountId, IReadOnlyList<IntegrityFault>> faulty = [];
    private DateTime? checkedAt;
    private long accounts;

    internal IntegrityMonitor(IntegrityCheck check, TouchedAccounts touched, IOptionsMonitor<AiCreditsOptions> options, IMeterFactory meters, TimeProvider clock, ILogger<IntegrityMonitor> logger)
    {
        this.check = check;
        this.touched = touched;
        this.options = options;
        this.clock = clock;
        this.logger = logger;
        var meter = meters.Create(CreditMetrics.MeterName);
        checkedAccounts = meter.CreateCounter<long>("aicredits.integrity.accounts", "{account}", "Accounts whose entries and figures were checked.");
        foundFaults = meter.CreateCounter<long>("aicredits.integrity.faults", "{fault}", "What did not add up, by rule. Anything but zero needs a person.");
    }

    /// <summary>What is known now.</summary>
    public IntegrityStatus Status
    {
        get
        {
            lock (gate)
            {
                return new IntegrityStatus(checkedAt, accounts, [.. faulty.Values.SelectMany(faults => faults).Take(IntegrityCheck.MaxFaults)]);
            }
        }
    }

    /// <summary>Looks at the end of an account's history and remembers what it finds.</summary>
    /// <returns>What does not add up; nothing when all is well.</returns>
    /// <exception cref="Ledger.LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<IReadOnlyList<IntegrityFault>> LookAtAsync(AccountId account, CancellationToken cancellationToken = default)
    {
        var report = await check.RunRecentAsync(account, options.CurrentValue.Integrity.MaxEntries, cancellationToken).ConfigureAwait(false);
        checkedAccounts.Add(1);
        bool isNews;
        lock (gate)
        {
            accounts++;
            if (report.IsClean)
            {
                faulty.Remove(account);
                return [];
            }

            isNews = !faulty.TryGetValue(account, out var known) || !known.SequenceEqual(report.Faults);
            faulty[account] = report.Faults;
        }

        // Once: it is looked at again and again, and one wrong row can make every later one wrong.
        if (isNews)
        {
            var first = report.Faults[0];
            Broken(account.Value, first.Rule, first.Detail, report.Faults.Count - 1);
        }

        foreach (var fault in report.Faults)
        {
            foundFaults.Add(1, new KeyValuePair<string, object?>("rule", fault.Rule.ToString().ToLowerInvariant()));
        }

        return report.Faults;
    }

    /// <summary>Looks at the accounts that this process has written to since the last time, and again at those that did not add up then.</summary>
    internal async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        foreach (var account in Next())
        {
            await LookAtAsync(account, cancellationToken).ConfigureAwait(false);
        }

        lock (gate)
        {
            checkedAt = UtcMicroseconds.Now(clock);
        }
    }

    private AccountId[] Next()
    {
        var written = touched.Take(options.CurrentValue.Integrity.MaxAccounts);
        lock (gate)
        {
            return [.. faulty.Keys.Union(written)];
        }
    }

    [LoggerMessage(1060, LogLevel.Critical, "The ledger of account {Account} does not add up ({Rule}): {Detail} There are {More} more findings. Run the full check: credits check.")]
    private partial void Broken(string account, IntegrityRule rule, string detail, int more);
}
