using System.ComponentModel;
using System.Globalization;
using AiCredits.Analytics;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Analytics;

/// <summary>GET /credits/analytics: the report on a period, for admins.</summary>
internal static class AnalyticsEndpoint
{
    private static readonly IReadOnlyDictionary<string, (AnalyticsInterval Interval, TimeSpan Period)> Intervals = new Dictionary<string, (AnalyticsInterval, TimeSpan)>(StringComparer.OrdinalIgnoreCase)
    {
        ["hour"] = (AnalyticsInterval.Hour, TimeSpan.FromDays(1)),
        ["day"] = (AnalyticsInterval.Day, TimeSpan.FromDays(30)),
        ["week"] = (AnalyticsInterval.Week, TimeSpan.FromDays(7 * 12)),
        ["month"] = (AnalyticsInterval.Month, TimeSpan.FromDays(365)),
    };

    public static async Task<IResult> GetAsync(
        HttpContext context,
        [Description("Start of the period: an ISO 8601 date or time, UTC unless it says otherwise. Default as long before its end as suits the interval.")] string? from,
        [Description("End of the period, not included. Default now.")] string? to,
        [Description("hour, day, week or month. Default day.")] string? interval,
        [Description("How many of the accounts that spent most to list, 0 to 100. Default 10.")] string? top,
        ICreditAnalytics analytics,
        CreditProblems problems,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var faults = new QueryFaults();
        if (!Intervals.TryGetValue(string.IsNullOrEmpty(interval) ? "day" : interval, out var step))
        {
            faults.Add("interval", $"Use {string.Join(", ", Intervals.Keys)}.");
        }

        if (!int.TryParse(string.IsNullOrEmpty(top) ? "10" : top, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > AnalyticsQuery.MaxTopAccounts)
        {
            faults.Add("top", $"Use a whole number from 0 to {AnalyticsQuery.MaxTopAccounts}.");
        }

        var end = faults.Time("to", to) ?? UtcMicroseconds.Now(clock);
        var start = faults.Time("from", from) ?? (end.Year > 1971 ? end - step.Period : end);
        if (faults.Any)
        {
            return faults.ToResult(context, problems);
        }

        var query = new AnalyticsQuery(start, end, step.Interval) { TopAccounts = count };
        try
        {
            query.Validate();
        }
        catch (ArgumentException exception)
        {
            faults.Add("from", exception.Message);
            return faults.ToResult(context, problems);
        }

        return CreditsJson.Ok(AnalyticsItem.Of(await analytics.GetReportAsync(query, cancellationToken).ConfigureAwait(false)));
    }
}
