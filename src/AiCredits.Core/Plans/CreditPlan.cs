using AiCredits.Payments;

namespace AiCredits.Plans;

/// <summary>A plan that can be subscribed to. A subscription keeps the plan as it was when it was agreed.</summary>
/// <param name="Id">The id by which it is subscribed to.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Price">What one seat costs in each <paramref name="Interval"/>.</param>
/// <param name="Interval">How often it is paid.</param>
/// <param name="Credits">What each refill grants for one seat; zero for an unlimited plan.</param>
public sealed record CreditPlan(string Id, string Name, Money Price, PlanInterval Interval, Credits Credits)
{
    /// <summary>One more line about it; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>How many months lie between refills: 1 for a monthly refill of an annual plan too.</summary>
    public int RefillMonths { get; init; } = 1;

    /// <summary>How much of what is left at a refill is carried over at the most; null when all of it expires.</summary>
    public Credits? RollOverCap { get; init; }

    /// <summary>How long it can be tried for nothing; zero for not at all.</summary>
    public int TrialDays { get; init; }

    /// <summary>What a trial grants.</summary>
    public Credits TrialCredits { get; init; }

    /// <summary>The limit of an unlimited plan; null for a plan with credits.</summary>
    public FairUse? FairUse { get; init; }

    /// <summary>The fewest seats.</summary>
    public int MinSeats { get; init; } = 1;

    /// <summary>The most seats; 1 for a plan of one person.</summary>
    public int MaxSeats { get; init; } = 1;

    /// <summary>True for the plan to highlight.</summary>
    public bool BestValue { get; init; }

    /// <summary>The id of its price at the provider; null to let the provider make one from <see cref="Price"/>.</summary>
    public string? ProviderPriceId { get; init; }

    /// <summary>What one seat costs in a month, for comparing plans.</summary>
    public decimal PricePerMonth => Price.Amount / (int)Interval;
}
