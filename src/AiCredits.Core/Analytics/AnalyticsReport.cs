namespace AiCredits.Analytics;

/// <summary>What happened in a period.</summary>
public sealed record AnalyticsReport
{
    /// <summary>Start of the period (UTC), included: the start of its first interval.</summary>
    public required DateTime From { get; init; }

    /// <summary>End of the period (UTC), not included: the end of its last interval.</summary>
    public required DateTime To { get; init; }

    /// <summary>How long one step is.</summary>
    public required AnalyticsInterval Interval { get; init; }

    /// <summary>Everything that was written before this time (UTC) is in the report, and some of what came later may be; null before the first roll-up.</summary>
    public required DateTime? AsOf { get; init; }

    /// <summary>The figures of the whole period.</summary>
    public required AnalyticsFigures Totals { get; init; }

    /// <summary>The figures of each step, oldest first, also of those in which nothing happened.</summary>
    public required IReadOnlyList<AnalyticsBucket> Buckets { get; init; }

    /// <summary>The models used, the most used first.</summary>
    public required IReadOnlyList<ModelAnalytics> Models { get; init; }

    /// <summary>The accounts that spent most, the first first; of whole days, also in a report by hours.</summary>
    public required IReadOnlyList<AccountAnalytics> TopAccounts { get; init; }

    /// <summary>
    /// How many of the accounts that were opened in each week (or month, for a report by months) of the period came back,
    /// oldest first.
    /// </summary>
    public required IReadOnlyList<Cohort> Cohorts { get; init; }

    /// <summary>What became of the guests who came in the period.</summary>
    public required GuestFunnel Funnel { get; init; }

    /// <summary>What is owed to all accounts now, whatever the period.</summary>
    public required OutstandingCredits Outstanding { get; init; }
}
