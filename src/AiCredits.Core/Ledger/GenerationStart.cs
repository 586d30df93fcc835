namespace AiCredits.Ledger;

/// <summary>What is known of a generation when it starts.</summary>
public sealed record GenerationStart
{
    /// <summary>The model's id.</summary>
    public required string Model { get; init; }

    /// <summary>How many results were asked for.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The price agreed for all of them: what is held.</summary>
    public Credits Price { get; init; }

    /// <summary>Which version of the price list it was.</summary>
    public string PriceVersion { get; init; } = "";

    /// <summary>The member of a shared account that it is for; null where the account is one person's.</summary>
    public string? Member { get; init; }

    /// <summary>The prompt; null where the app opted out or its time to be kept is over.</summary>
    public string? Prompt { get; init; }

    /// <summary>Until when the prompt may be kept (UTC); null for always.</summary>
    public DateTime? PromptExpiresAt { get; init; }
}
