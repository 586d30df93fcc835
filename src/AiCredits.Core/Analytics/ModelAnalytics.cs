namespace AiCredits.Analytics;

/// <summary>How one model was used in a period.</summary>
public sealed record ModelAnalytics
{
    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>Generations that ended, of accounts and of guests.</summary>
    public long Generations { get; init; }

    /// <summary>Those that delivered.</summary>
    public long Succeeded { get; init; }

    /// <summary>Those that did not.</summary>
    public long Failed => Generations - Succeeded;

    /// <summary>The part of all that did not deliver, 0 to 1.</summary>
    public double FailureRate => Generations == 0 ? 0 : (double)Failed / Generations;

    /// <summary>How long those that delivered took.</summary>
    public DurationFigures Duration { get; init; } = DurationFigures.None;

    /// <summary>Credits that its generations took.</summary>
    public Credits Spent { get; init; }

    /// <summary>Credits of its generations that were given back.</summary>
    public Credits Refunded { get; init; }

    /// <summary>What the provider took, for generations where that is known, by currency.</summary>
    public IReadOnlyList<ProviderCost> ProviderCosts { get; init; } = [];
}
