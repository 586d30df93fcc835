using AiCredits.EntityFramework.Schema;
using AiCredits.Promotions;

namespace AiCredits.EntityFramework.Promotions;

/// <summary>A row of ai_credits_promo_redemption: counted, and finished once granted_at is set.</summary>
internal sealed class PromoRedemptionRow
{
    public required string AccountId { get; set; }

    public required string Code { get; set; }

    public int Number { get; set; }

    public long Credits { get; set; }

    public long At { get; set; }

    public long? ExpiresAt { get; set; }

    public string? Description { get; set; }

    public long? GrantedAt { get; set; }

    public static PromoRedemptionRow From(PromoRedemption redemption) => new()
    {
        AccountId = redemption.Account.Value,
        Code = redemption.Code,
        Number = redemption.Number,
        Credits = redemption.Credits.Millionths,
        At = Stored.Micros(redemption.At),
        ExpiresAt = Stored.Micros(redemption.ExpiresAt),
        Description = redemption.Description,
        GrantedAt = Stored.Micros(redemption.GrantedAt),
    };

    public PromoRedemption ToRedemption() => new(new AccountId(AccountId), Code, Number, AiCredits.Credits.FromMillionths(Credits), Stored.Time(At))
    {
        ExpiresAt = Stored.Time(ExpiresAt),
        Description = Description,
        GrantedAt = Stored.Time(GrantedAt),
    };
}
