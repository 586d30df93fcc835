namespace AiCredits.Ledger;

/// <summary>What is known of a generation when it ends.</summary>
public sealed record GenerationEnd
{
    /// <summary>How it ended.</summary>
    public required GenerationOutcome Outcome { get; init; }

    /// <summary>Why it failed, in a line; null for success.</summary>
    public string? Error { get; init; }

    /// <summary>The prompt, where it was not known at the start; kept in place of the one at the start.</summary>
    public string? Prompt { get; init; }

    /// <summary>Until when <see cref="Prompt"/> may be kept (UTC); null for always.</summary>
    public DateTime? PromptExpiresAt { get; init; }

    /// <summary>The id that the model's provider gave the request.</summary>
    public string? ProviderRequestId { get; init; }

    /// <summary>What the provider took for it, in millionths of <see cref="ProviderCurrency"/>.</summary>
    public long? ProviderCostMillionths { get; init; }

    /// <summary>The ISO 4217 code of the provider's cost, such as <c>USD</c>.</summary>
    public string? ProviderCurrency { get; init; }

    /// <summary>What is known of the start, now with the prompt.</summary>
    internal GenerationStart Complete(GenerationStart start) =>
        Prompt is null ? start : start with { Prompt = Prompt, PromptExpiresAt = PromptExpiresAt };
}
