namespace AiCredits.Benchmarks.Ledger;

/// <summary>What was measured: operations a second, and how long one took in milliseconds.</summary>
internal sealed record Measured(int Callers, double PerSecond, double Median, double P99);
