using System.Globalization;
using AiCredits.Analytics;
using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Analytics;

/// <summary>What counts of a generation that has ended.</summary>
internal sealed record EndedGeneration(string Model, GenerationOutcome Outcome, DateTime StartedAt, DateTime EndedAt, Credits Charged, long? ProviderCost, string? ProviderCurrency)
{
    public static EndedGeneration From(Generation generation) => new(
        generation.Start.Model,
        generation.Outcome ?? GenerationOutcome.Unknown,
        generation.StartedAt,
        generation.EndedAt!.Value,
        generation.Charged,
        generation.ProviderCostMillionths,
        generation.ProviderCurrency);

    /// <summary>Counts the generation in, or out again (<paramref name="sign"/> -1).</summary>
    public void AddTo(RollUpDelta delta, AnalyticsMeasure measure, int sign)
    {
        delta.Add(EndedAt, measure, Model, ((int)Outcome).ToString(CultureInfo.InvariantCulture), sign);
        if (Outcome == GenerationOutcome.Succeeded)
        {
            var duration = EndedAt - StartedAt;
            delta.Add(EndedAt, AnalyticsMeasure.Duration, Model, DurationSketch.BinOf(duration).ToString(CultureInfo.InvariantCulture), sign, sign * (duration.Ticks / TimeSpan.TicksPerMicrosecond));
        }

        if (ProviderCost is { } cost)
        {
            delta.Add(EndedAt, AnalyticsMeasure.ProviderCost, Model, ProviderCurrency ?? "", sign, sign * cost);
            delta.Add(EndedAt, AnalyticsMeasure.ProviderCostCharged, Model, ProviderCurrency ?? "", sign, sign * Charged.Millionths);
        }
    }
}
