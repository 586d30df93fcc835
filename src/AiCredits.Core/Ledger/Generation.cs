namespace AiCredits.Ledger;

/// <summary>One generation from start to end: the row that support reads.</summary>
public sealed record Generation
{
    /// <summary>The generation's id, which is its hold's id too.</summary>
    public required Guid Id { get; init; }

    /// <summary>The account that paid; null for a guest's generation.</summary>
    public AccountId? Account { get; init; }

    /// <summary>The guest it was made for; null for an account's generation.</summary>
    public string? GuestId { get; init; }

    /// <summary>Where it stands.</summary>
    public required GenerationStatus Status { get; init; }

    /// <summary>How it ended; null while it runs.</summary>
    public GenerationOutcome? Outcome { get; init; }

    /// <summary>Model, count, price, prompt.</summary>
    public required GenerationStart Start { get; init; }

    /// <summary>What was taken for it.</summary>
    public Credits Charged { get; init; }

    /// <summary>What of its hold went back.</summary>
    public Credits Released { get; init; }

    /// <summary>When it started (UTC).</summary>
    public required DateTime StartedAt { get; init; }

    /// <summary>When it ended (UTC); null while it runs.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>The id that the model's provider gave the request.</summary>
    public string? ProviderRequestId { get; init; }

    /// <summary>What the provider took, in millionths of <see cref="ProviderCurrency"/>.</summary>
    public long? ProviderCostMillionths { get; init; }

    /// <summary>The ISO 4217 code of the provider's cost.</summary>
    public string? ProviderCurrency { get; init; }

    /// <summary>The sequence number of the hold's entry; 0 for a guest.</summary>
    public long FirstEntry { get; init; }

    /// <summary>The sequence number of the last entry about it: the one that settled it, or that gave its charge back; 0 for a guest or while it runs.</summary>
    public long LastEntry { get; init; }

    /// <summary>Which request made it: the same id with another request is a conflict.</summary>
    public long RequestHash { get; init; }

    /// <summary>Available on the account right after it was settled.</summary>
    public Credits AvailableAfter { get; init; }

    /// <summary>Held on the account right after it was settled.</summary>
    public Credits HeldAfter { get; init; }
}
