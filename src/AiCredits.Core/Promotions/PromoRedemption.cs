namespace AiCredits.Promotions;

/// <summary>One redemption of a promo code. It is reserved first, then its credits are granted under <see cref="Key"/>, then it is finished; a crash in between heals.</summary>
/// <param name="Account">Who redeems.</param>
/// <param name="Code">The code.</param>
/// <param name="Number">Which of the account's redemptions of this code it is, from 1.</param>
/// <param name="Credits">What it grants, as the code said when it was reserved.</param>
/// <param name="At">When it was reserved (UTC).</param>
public sealed record PromoRedemption(AccountId Account, string Code, int Number, Credits Credits, DateTime At)
{
    /// <summary>When its credits expire (UTC); null for never.</summary>
    public DateTime? ExpiresAt { get; init; }

    /// <summary>A line for the account's history.</summary>
    public string? Description { get; init; }

    /// <summary>When it was finished (UTC): its credits are granted; null before.</summary>
    public DateTime? GrantedAt { get; init; }

    /// <summary>The ledger's key of its grant: the same however often it is tried.</summary>
    public string Key => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"promo:{Code}:{Number}");
}
