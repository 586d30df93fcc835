namespace AiCredits.Plans;

/// <summary>The settings of one plan.</summary>
public sealed class PlanOptions
{
    /// <summary>Its name for people; the id with a capital when empty.</summary>
    public string? Name { get; set; }

    /// <summary>One more line about it.</summary>
    public string? Description { get; set; }

    /// <summary>What one seat costs in each <see cref="Interval"/>, in <see cref="AiCreditsOptions.Currency"/>; must be above zero.</summary>
    public decimal Price { get; set; }

    /// <summary>How often it is paid. Default <see cref="PlanInterval.Month"/>.</summary>
    public PlanInterval Interval { get; set; } = PlanInterval.Month;

    /// <summary>What each refill grants for one seat. Above zero, except where <see cref="FairUseCredits"/> makes it unlimited.</summary>
    public Credits Credits { get; set; }

    /// <summary>How many months lie between refills: 1 to the months of <see cref="Interval"/>, which it divides. Default 1.</summary>
    public int RefillMonths { get; set; } = 1;

    /// <summary>How much of what is left at a refill is carried over at the most. Default null: all of it expires.</summary>
    public Credits? RollOverCap { get; set; }

    /// <summary>How many days it can be tried for nothing, once per account. Default 0.</summary>
    public int TrialDays { get; set; }

    /// <summary>What a trial grants. Default 0.</summary>
    public Credits TrialCredits { get; set; }

    /// <summary>Makes the plan unlimited: how many credits' worth of generations a <see cref="FairUseWindow"/> allows. Default null: a plan with credits.</summary>
    public Credits? FairUseCredits { get; set; }

    /// <summary>How long the window of fair use is. Default 24 hours.</summary>
    public TimeSpan FairUseWindow { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How much of it may be used within one <see cref="FairUseRateWindow"/>. Default null: all of it at any pace.</summary>
    public Credits? FairUseRateCredits { get; set; }

    /// <summary>The window of <see cref="FairUseRateCredits"/>; must divide <see cref="FairUseWindow"/>. Default 1 hour.</summary>
    public TimeSpan FairUseRateWindow { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The fewest seats. Default 1.</summary>
    public int MinSeats { get; set; } = 1;

    /// <summary>The most seats; more than 1 for teams. Default 1.</summary>
    public int MaxSeats { get; set; } = 1;

    /// <summary>True for the plan to highlight.</summary>
    public bool BestValue { get; set; }

    /// <summary>The id of its price at the provider, such as <c>price_...</c>. Default null: the provider makes one from the price here.</summary>
    public string? ProviderPriceId { get; set; }

    /// <summary>False to take the plan off the list; subscriptions to it go on. Default true.</summary>
    public bool Enabled { get; set; } = true;
}
