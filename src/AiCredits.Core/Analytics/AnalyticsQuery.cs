namespace AiCredits.Analytics;

/// <summary>Asks for a report on a period. The period is widened to whole intervals; the report says from when to when it is.</summary>
/// <param name="From">Start of the period (UTC), included.</param>
/// <param name="To">End of the period (UTC), not included.</param>
/// <param name="Interval">How long one step is.</param>
public sealed record AnalyticsQuery(DateTime From, DateTime To, AnalyticsInterval Interval)
{
    /// <summary>The most steps of one report.</summary>
    public const int MaxBuckets = 1_000;

    /// <summary>The most accounts of <see cref="TopAccounts"/>.</summary>
    public const int MaxTopAccounts = 100;

    /// <summary>How many of the accounts that spent most are listed; 0 for none. Default 10.</summary>
    public int TopAccounts { get; init; } = 10;

    /// <summary>The period in whole intervals.</summary>
    public (DateTime From, DateTime To) Widened
    {
        get
        {
            var last = Interval.StartOf(To);
            return (Interval.StartOf(From), last < To ? Interval.Next(last) : last);
        }
    }

    /// <summary>The starts of the steps, oldest first.</summary>
    public IReadOnlyList<DateTime> Starts()
    {
        var starts = new List<DateTime>();
        var (start, to) = Widened;
        for (; start < to; start = Interval.Next(start))
        {
            starts.Add(start);
        }

        return starts;
    }

    /// <summary>Throws <see cref="ArgumentException"/> when the query can't be answered.</summary>
    public void Validate()
    {
        if (!Enum.IsDefined(Interval))
        {
            throw new ArgumentException($"{(int)Interval} is no interval. Use {string.Join(", ", Enum.GetNames<AnalyticsInterval>())}.");
        }

        if (From.Kind != DateTimeKind.Utc || To.Kind != DateTimeKind.Utc)
        {
            throw new ArgumentException("The times of a report must be UTC. Convert them with ToUniversalTime().");
        }

        if (From >= To)
        {
            throw new ArgumentException($"The period from {From:O} to {To:O} is empty. Give an end after the start.");
        }

        if (From.Year < 1970 || To.Year > 9000)
        {
            throw new ArgumentException("The period is out of range. Use times from 1970 on.");
        }

        // Months are shortest with 28 days.
        var longest = Interval switch { AnalyticsInterval.Hour => TimeSpan.FromHours(1), AnalyticsInterval.Day => TimeSpan.FromDays(1), AnalyticsInterval.Week => TimeSpan.FromDays(7), _ => TimeSpan.FromDays(28) } * MaxBuckets;
        if (To - From > longest)
        {
            throw new ArgumentException($"The period has more than {MaxBuckets} steps of one {Interval.ToString().ToLowerInvariant()}. Use a shorter period or a longer interval.");
        }

        if (TopAccounts is < 0 or > MaxTopAccounts)
        {
            throw new ArgumentException($"{TopAccounts} top accounts were asked for. Use 0 to {MaxTopAccounts}.");
        }
    }
}
