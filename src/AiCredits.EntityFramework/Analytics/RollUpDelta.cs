using System.Globalization;
using AiCredits.Analytics;
using AiCredits.EntityFramework.Schema;

namespace AiCredits.EntityFramework.Analytics;

/// <summary>What a piece of history adds to the roll-ups, summed up before it is written.</summary>
internal sealed class RollUpDelta
{
    private static readonly AnalyticsInterval[] Intervals = Enum.GetValues<AnalyticsInterval>();

    public Dictionary<TotalKey, (long Count, long Amount)> Totals { get; } = [];

    public Dictionary<ActivityKey, (long Generations, long Spent)> Activity { get; } = [];

    /// <summary>Adds to every interval that a time is in.</summary>
    public void Add(DateTime at, AnalyticsMeasure measure, string model = "", string detail = "", long count = 0, long amount = 0)
    {
        foreach (var interval in Intervals)
        {
            AddTo(new TotalKey(interval, measure, Stored.Micros(interval.StartOf(at)), model, detail), count, amount);
        }
    }

    /// <summary>Adds to what an account did in every day, week and month that a time is in.</summary>
    public void AddActivity(DateTime at, string account, long generations, long spent)
    {
        foreach (var interval in Intervals)
        {
            if (interval != AnalyticsInterval.Hour)
            {
                var key = new ActivityKey(interval, Stored.Micros(interval.StartOf(at)), account);
                var sum = Activity.GetValueOrDefault(key);
                Activity[key] = (sum.Generations + generations, sum.Spent + spent);
            }
        }
    }

    /// <summary>Counts an account in or out of an interval in which it has become active, or is no longer.</summary>
    public void AddActive(ActivityKey key, DateTime openedAt, int count)
    {
        AddTo(new TotalKey(key.Grain, AnalyticsMeasure.ActiveAccount, key.Start, "", ""), count, 0);
        if (key.Grain is AnalyticsInterval.Week or AnalyticsInterval.Month)
        {
            var cohort = Stored.Micros(key.Grain.StartOf(openedAt)).ToString(CultureInfo.InvariantCulture);
            AddTo(new TotalKey(key.Grain, AnalyticsMeasure.Retained, key.Start, "", cohort), count, 0);
        }
    }

    private void AddTo(TotalKey key, long count, long amount)
    {
        var sum = Totals.GetValueOrDefault(key);
        Totals[key] = (sum.Count + count, sum.Amount + amount);
    }
}

/// <summary>Names a row of ai_credits_analytics.</summary>
internal readonly record struct TotalKey(AnalyticsInterval Grain, AnalyticsMeasure Measure, long Start, string Model, string Detail);

/// <summary>Names a row of ai_credits_analytics_activity.</summary>
internal readonly record struct ActivityKey(AnalyticsInterval Grain, long Start, string Account);
