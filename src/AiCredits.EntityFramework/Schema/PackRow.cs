using AiCredits.Packs;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_pack: a pack that is edited while the app runs. Money is in millionths of the currency's unit.</summary>
internal sealed class PackRow
{
    public required string PackId { get; set; }

    public required string Name { get; set; }

    public long Price { get; set; }

    public required string Currency { get; set; }

    public long Credits { get; set; }

    public long BonusCredits { get; set; }

    public bool BestValue { get; set; }

    public bool Retired { get; set; }

    public string? ChangedBy { get; set; }

    public string? Reason { get; set; }

    public long ChangedAt { get; set; }

    public long Version { get; set; }

    public static PackRow From(StoredPack pack) => new()
    {
        PackId = pack.Id,
        Name = pack.Name,
        Price = Stored.Money(pack.Price),
        Currency = pack.Currency,
        Credits = pack.Credits.Millionths,
        BonusCredits = pack.BonusCredits.Millionths,
        BestValue = pack.BestValue,
        Retired = pack.Retired,
        ChangedBy = pack.ChangedBy,
        Reason = pack.Reason,
        ChangedAt = Stored.Micros(pack.ChangedAt),
        Version = pack.Version,
    };

    public StoredPack ToPack() => new()
    {
        Id = PackId,
        Name = Name,
        Price = Stored.Money(Price),
        Currency = Currency,
        Credits = AiCredits.Credits.FromMillionths(Credits),
        BonusCredits = AiCredits.Credits.FromMillionths(BonusCredits),
        BestValue = BestValue,
        Retired = Retired,
        ChangedBy = ChangedBy,
        Reason = Reason,
        ChangedAt = Stored.Time(ChangedAt),
        Version = Version,
    };
}
