namespace AiCredits.Purchases;

/// <summary>A refund that an admin has ordered of a purchase: kept before the provider is asked.</summary>
/// <param name="Key">Names the order: the same key never refunds twice.</param>
/// <param name="Amount">How much, in the currency that was paid.</param>
/// <param name="OrderedAt">When (UTC).</param>
public sealed record OrderedRefund(string Key, decimal Amount, DateTime OrderedAt)
{
    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Who.</summary>
    public string? Actor { get; init; }

    /// <summary>True once the provider has taken it; false while its answer is not known.</summary>
    public bool Made { get; init; }
}
