namespace AiCredits.Integrity;

/// <summary>Proves accounts, all of them or those touched since a time, one after the other. Reads only.</summary>
/// <remarks>Thread-safe; may run beside the app.</remarks>
public sealed class IntegrityCheck
{
    /// <summary>A check stops after this many faults.</summary>
    public const int MaxFaults = 1_000;

    private const int PageSize = 500;
    private readonly ILedgerArchive archive;

    /// <summary>Makes a check over an archive.</summary>
    public IntegrityCheck(ILedgerArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        this.archive = archive;
    }

    /// <summary>Proves one account.</summary>
    public async ValueTask<IntegrityReport> RunAsync(AccountId account, CancellationToken cancellationToken = default)
    {
        var (entries, faults) = await archive.ReadAsync(account, found => AccountProof.CheckAsync(found, cancellationToken), cancellationToken).ConfigureAwait(false);
        return new IntegrityReport(1, entries, faults);
    }

    /// <summary>Proves many accounts.</summary>
    /// <param name="touchedSince">Only accounts with an entry since then (UTC); null for all.</param>
    /// <param name="maxAccounts">How many at the most; null for all.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public async ValueTask<IntegrityReport> RunAsync(DateTime? touchedSince = null, long? maxAccounts = null, CancellationToken cancellationToken = default)
    {
        var faults = new List<IntegrityFault>();
        long accounts = 0;
        long entries = 0;
        AccountId? after = null;
        while (true)
        {
            var limit = (int)Math.Min(PageSize, (maxAccounts ?? long.MaxValue) - accounts);
            var page = limit <= 0 ? [] : await archive.GetAccountsAsync(after, touchedSince, limit, cancellationToken).ConfigureAwait(false);
            foreach (var account in page)
            {
                var report = await RunAsync(account, cancellationToken).ConfigureAwait(false);
                accounts++;
                entries += report.Entries;
                faults.AddRange(report.Faults.Take(MaxFaults - faults.Count));
                after = account;
            }

            if (page.Count == 0 || faults.Count >= MaxFaults)
            {
                return new IntegrityReport(accounts, entries, faults);
            }
        }
    }
}
