using AiCredits.Ledger;

namespace AiCredits.Analytics;

/// <summary>Reports on what was generated, spent, granted and bought.</summary>
/// <remarks>Thread-safe; reads only. A store in a database keeps roll-ups, so that a report takes well below a second on many millions of entries; <see cref="AnalyticsReport.AsOf"/> says how fresh they are.</remarks>
public interface ICreditAnalytics
{
    /// <summary>The report on a period.</summary>
    /// <exception cref="ArgumentException">The query can't be answered.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    ValueTask<AnalyticsReport> GetReportAsync(AnalyticsQuery query, CancellationToken cancellationToken = default);
}
