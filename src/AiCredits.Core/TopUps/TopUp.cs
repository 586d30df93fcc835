namespace AiCredits.TopUps;

/// <summary>An account's standing order: buy a pack when the balance falls below a threshold. Off until its owner agrees to it.</summary>
/// <param name="Account">The account.</param>
public sealed record TopUp(AccountId Account)
{
    /// <summary>True while its owner wants it.</summary>
    public bool Enabled { get; init; }

    /// <summary>The pack that is bought.</summary>
    public string PackId { get; init; } = "";

    /// <summary>Below this balance it is bought.</summary>
    public Credits Threshold { get; init; }

    /// <summary>How often it is bought in a calendar month (UTC) at the most.</summary>
    public int MaxPerMonth { get; init; }

    /// <summary>When its owner agreed (UTC).</summary>
    public DateTime? ConsentAt { get; init; }

    /// <summary>Which version of the text its owner agreed to.</summary>
    public string? ConsentText { get; init; }

    /// <summary>The provider that has the card, by its name.</summary>
    public string? Provider { get; init; }

    /// <summary>The provider's id of the page on which the card is saved; null when none is open.</summary>
    public string? SetupId { get; init; }

    /// <summary>The card that pays; null before one is saved.</summary>
    public SavedCard? Card { get; init; }

    /// <summary>The purchase that is under way; null for none. There is one at a time.</summary>
    public TopUpAttempt? Attempt { get; init; }

    /// <summary>The first day of the month that <see cref="Bought"/> counts (UTC).</summary>
    public DateTime? Month { get; init; }

    /// <summary>How often it was bought in that month, attempts under way included.</summary>
    public int Bought { get; init; }

    /// <summary>How often the card was declined in a row.</summary>
    public int Declines { get; init; }

    /// <summary>Before this time nothing is tried (UTC); null for at once.</summary>
    public DateTime? NotBefore { get; init; }

    /// <summary>Why nothing is bought until its owner does something; null when nothing is wrong.</summary>
    public TopUpFault? Fault { get; init; }

    /// <summary>When the balance is looked at next (UTC); null for never.</summary>
    public DateTime? DueAt { get; init; }

    /// <summary>How often it was saved; 0 before the first time.</summary>
    public int Version { get; init; }

    /// <summary>True when it would buy.</summary>
    public bool IsReady => Enabled && Fault is null && Card is not null;
}
