using System.Text.Json;

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
        return await ReadableAsync(account, async () =>
        {
            var (entries, faults, transfers) = await archive.ReadAsync(account, found => AccountProof.CheckAsync(found, cancellationToken), cancellationToken).ConfigureAwait(false);
            return new IntegrityReport(1, entries, [.. faults, .. await FindLostAsync(transfers, cancellationToken).ConfigureAwait(false)]);
        }).ConfigureAwait(false);
    }

    // Account by account, as the other one may live on another node. What was under way when the account was read is not
    // asked for, and nothing that has left or arrived goes away again, so that the two moments make no difference.
    private async ValueTask<List<IntegrityFault>> FindLostAsync(IReadOnlyList<TransferEnd> transfers, CancellationToken cancellationToken)
    {
        var faults = new List<IntegrityFault>();
        foreach (var end in transfers)
        {
            var other = end.Other.Length == 0 ? null : await archive.FindEntryAsync(new AccountId(end.Other), end.OtherKey, cancellationToken).ConfigureAwait(false);
            var fits = other is not null && other.HoldId == end.TransferId && other.Reference == end.Account.Value && (end.IsOutgoing || other.Amount == end.Amount);
            if (!fits && faults.Count < MaxFaults)
            {
                faults.Add(new IntegrityFault(end.Account, IntegrityRule.Transfer, end.IsOutgoing
                    ? $"transfer {end.TransferId} of {end.Amount} has left for '{end.Other}' and is neither there nor under way"
                    : $"transfer {end.TransferId} of {end.Amount} has arrived from '{end.Other}', where nothing of the kind has left"));
            }
        }

        return faults;
    }

    /// <summary>
    /// Looks at the end of one account's history: its last entries follow from each other, and what is live adds up to its
    /// figures. Costs the same however long the history is; what lies further back is proved by the full check.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="maxEntries">How many entries to read at the most, 1 or more.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public async ValueTask<IntegrityReport> RunRecentAsync(AccountId account, int maxEntries, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEntries, 1);
        return await ReadableAsync(account, async () =>
        {
            var (entries, faults) = await archive.ReadRecentAsync(account, maxEntries, found => RecentProof.CheckAsync(found, cancellationToken), cancellationToken).ConfigureAwait(false);
            return new IntegrityReport(1, entries, faults);
        }).ConfigureAwait(false);
    }

    /// <summary>Proves the next accounts in the order of their ids: a check of all that shows how far it is, and may be stopped and gone on with.</summary>
    /// <param name="after">The last account of the part before; null for the first part.</param>
    /// <param name="maxAccounts">How many at the most, 1 or more.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="Ledger.LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<IntegrityPage> RunPageAsync(AccountId? after, int maxAccounts, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAccounts, 1);
        var faults = new List<IntegrityFault>();
        long entries = 0;
        var accounts = await archive.GetAccountsAsync(after, null, maxAccounts, cancellationToken).ConfigureAwait(false);
        foreach (var account in accounts)
        {
            var report = await RunAsync(account, cancellationToken).ConfigureAwait(false);
            entries += report.Entries;
            faults.AddRange(report.Faults.Take(MaxFaults - faults.Count));
        }

        return new IntegrityPage(new IntegrityReport(accounts.Count, entries, faults), accounts.Count < maxAccounts ? null : accounts[^1]);
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

    // What a row can't be made of is a finding: text that is no list, a time out of range, bytes of the wrong length.
    private static async ValueTask<IntegrityReport> ReadableAsync(AccountId account, Func<ValueTask<IntegrityReport>> proveAsync)
    {
        try
        {
            return await proveAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or ArithmeticException or InvalidCastException or JsonException)
        {
            return new IntegrityReport(1, 0, [new IntegrityFault(account, IntegrityRule.Readable, $"a row can't be read: {exception.Message}")]);
        }
    }
}
