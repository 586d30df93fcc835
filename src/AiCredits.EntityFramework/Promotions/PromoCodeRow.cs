using AiCredits.EntityFramework.Schema;
using AiCredits.Promotions;

namespace AiCredits.EntityFramework.Promotions;

/// <summary>A row of ai_credits_promo_code. Updating it to itself is the lock of its redemptions.</summary>
internal sealed class PromoCodeRow
{
    public required string Code { get; set; }

    public long Credits { get; set; }

    public int? MaxRedemptions { get; set; }

    public int MaxPerAccount { get; set; }

    public long? StartsAt { get; set; }

    public long? EndsAt { get; set; }

    /// <summary>In microseconds.</summary>
    public long? ExpireAfter { get; set; }

    public string? Description { get; set; }

    public string? Actor { get; set; }

    public long CreatedAt { get; set; }

    public bool Retired { get; set; }

    public int Redeemed { get; set; }

    public static PromoCodeRow From(PromoCode code) => new()
    {
        Code = code.Code,
        Credits = code.Credits.Millionths,
        MaxRedemptions = code.MaxRedemptions,
        MaxPerAccount = code.MaxPerAccount,
        StartsAt = Stored.Micros(code.StartsAt),
        EndsAt = Stored.Micros(code.EndsAt),
        ExpireAfter = code.CreditsExpireAfter is { } after ? after.Ticks / TimeSpan.TicksPerMicrosecond : null,
        Description = code.Description,
        Actor = code.Actor,
        CreatedAt = Stored.Micros(code.CreatedAt),
        Retired = code.Retired,
        Redeemed = code.Redeemed,
    };

    public PromoCode ToCode() => new()
    {
        Code = Code,
        Credits = AiCredits.Credits.FromMillionths(Credits),
        MaxRedemptions = MaxRedemptions,
        MaxPerAccount = MaxPerAccount,
        StartsAt = Stored.Time(StartsAt),
        EndsAt = Stored.Time(EndsAt),
        CreditsExpireAfter = ExpireAfter is { } micros ? TimeSpan.FromTicks(micros * TimeSpan.TicksPerMicrosecond) : null,
        Description = Description,
        Actor = Actor,
        CreatedAt = Stored.Time(CreatedAt),
        Retired = Retired,
        Redeemed = Redeemed,
    };
}
