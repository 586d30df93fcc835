namespace AiCredits.Plans;

/// <summary>
/// What "unlimited" means: an allowance that burns first and is filled up again in each window. What is left of it at the
/// end of a window expires.
/// </summary>
/// <param name="Credits">How many credits' worth of generations a window allows.</param>
/// <param name="Window">How long a window is; windows follow each other from the start of the period paid for.</param>
public sealed record FairUse(Credits Credits, TimeSpan Window)
{
    /// <summary>How much of it may be used within one <see cref="RateWindow"/>; null for all of it at any pace.</summary>
    public Credits? RateCredits { get; init; }

    /// <summary>The window of <see cref="RateCredits"/>; it divides <see cref="Window"/>.</summary>
    public TimeSpan RateWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long one filling lasts.</summary>
    public TimeSpan Slice => RateCredits is null ? Window : RateWindow;
}
