namespace AiCredits.Analytics;

/// <summary>One step of a report.</summary>
/// <param name="Start">When it starts (UTC).</param>
/// <param name="Figures">What happened in it.</param>
public sealed record AnalyticsBucket(DateTime Start, AnalyticsFigures Figures);
