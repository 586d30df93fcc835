namespace AiCredits.Promotions;

/// <summary>A code that grants credits to whoever enters it.</summary>
public sealed record PromoCode
{
    /// <summary>The code, in capitals: 3 to 40 letters A to Z, digits, <c>-</c> or <c>_</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What one redemption grants.</summary>
    public required Credits Credits { get; init; }

    /// <summary>How often it can be redeemed in all; null for any number.</summary>
    public int? MaxRedemptions { get; init; }

    /// <summary>How often one account can redeem it.</summary>
    public int MaxPerAccount { get; init; } = 1;

    /// <summary>From when on it can be redeemed (UTC); null for at once.</summary>
    public DateTime? StartsAt { get; init; }

    /// <summary>Until when it can be redeemed (UTC, not included); null for ever.</summary>
    public DateTime? EndsAt { get; init; }

    /// <summary>How long after a redemption its credits expire; null for never.</summary>
    public TimeSpan? CreditsExpireAfter { get; init; }

    /// <summary>A line for the account's history; null for the code itself.</summary>
    public string? Description { get; init; }

    /// <summary>Who made it.</summary>
    public string? Actor { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public DateTime CreatedAt { get; init; }

    /// <summary>True once it was retired: it can't be redeemed any more. What was redeemed stays.</summary>
    public bool Retired { get; init; }

    /// <summary>How often it has been redeemed.</summary>
    public int Redeemed { get; init; }

    /// <summary>Throws <see cref="ArgumentException"/> with the fault and the fix when it can't be kept.</summary>
    public void Validate()
    {
        if (CodeText.Normalize(Code) != Code)
        {
            throw new ArgumentException($"The promo code is not as it is kept. Use {CodeText.Rule}, in capitals.");
        }

        if (Credits.Millionths is <= 0 or > Ledger.LedgerCommand.MaxAmountMillionths)
        {
            throw new ArgumentException($"The promo code grants {Credits} credits. Use more than 0 and at most {Credits.FromMillionths(Ledger.LedgerCommand.MaxAmountMillionths)}.");
        }

        if (MaxRedemptions < 1 || MaxPerAccount is < 1 or > 10_000)
        {
            throw new ArgumentException("The promo code could never be redeemed, or too often. Set MaxRedemptions to 1 or more or leave it out, and MaxPerAccount to 1 to 10,000.");
        }

        if (StartsAt is { Kind: not DateTimeKind.Utc } || EndsAt is { Kind: not DateTimeKind.Utc } || CreatedAt.Kind != DateTimeKind.Utc)
        {
            throw new ArgumentException("The times of a promo code must be UTC. Convert them with ToUniversalTime().");
        }

        if (StartsAt >= EndsAt)
        {
            throw new ArgumentException("The promo code ends before it starts. Set EndsAt after StartsAt.");
        }

        if (CreditsExpireAfter is { } expireAfter && (expireAfter < TimeSpan.FromMinutes(1) || expireAfter > TimeSpan.FromDays(3660)))
        {
            throw new ArgumentException($"The credits of the promo code expire after {expireAfter}. Use a minute to 3660 days, or leave it out for never.");
        }

        Text.EnsureFreeText(Description, Ledger.LedgerCommand.MaxTextLength, "description");
        Text.EnsureFreeText(Actor, Ledger.LedgerCommand.MaxTextLength, "actor");
    }
}
