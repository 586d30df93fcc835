namespace AiCredits.Ledger;

/// <summary>One generation from start to end: the row that support reads.</summary>
public sealed record Generation
{
    // What most generations lack stands apart: the in-memory store keeps them all.
    private Seldom? seldom;
    private AccountId account;

    /// <summary>The generation's id, which is its hold's id too.</summary>
    public required Guid Id { get; init; }

    /// <summary>The account that paid; null for a guest's generation.</summary>
    public AccountId? Account
    {
        get => account.IsDefault ? null : account;
        init => account = value ?? default;
    }

    /// <summary>The guest it was made for; null for an account's generation.</summary>
    public string? GuestId
    {
        get => seldom?.GuestId;
        init => seldom = value is null && seldom is null ? null : Kept(Facts with { GuestId = value });
    }

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
    public string? Error
    {
        get => seldom?.Error;
        init => seldom = value is null && seldom is null ? null : Kept(Facts with { Error = value });
    }

    /// <summary>The id that the model's provider gave the request.</summary>
    public string? ProviderRequestId
    {
        get => seldom?.ProviderRequestId;
        init => seldom = value is null && seldom is null ? null : Kept(Facts with { ProviderRequestId = value });
    }

    /// <summary>What the provider took, in millionths of <see cref="ProviderCurrency"/>.</summary>
    public long? ProviderCostMillionths
    {
        get => seldom?.ProviderCostMillionths;
        init => seldom = value is null && seldom is null ? null : Kept(Facts with { ProviderCostMillionths = value });
    }

    /// <summary>The ISO 4217 code of the provider's cost.</summary>
    public string? ProviderCurrency
    {
        get => seldom?.ProviderCurrency;
        init => seldom = value is null && seldom is null ? null : Kept(Facts with { ProviderCurrency = value });
    }

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

    private Seldom Facts => seldom ?? Seldom.Nothing;

    private static Seldom? Kept(Seldom facts) => facts == Seldom.Nothing ? null : facts;

    private sealed record Seldom
    {
        public static readonly Seldom Nothing = new();

        public string? GuestId { get; init; }

        public string? Error { get; init; }

        public string? ProviderRequestId { get; init; }

        public long? ProviderCostMillionths { get; init; }

        public string? ProviderCurrency { get; init; }
    }
}
