using System.Text.Json.Serialization;
using AiCredits.Packs;

namespace AiCredits.AspNetCore.Administration;

/// <summary>The packs that can be edited, retired ones too.</summary>
/// <param name="Editable">False when packs come from the settings alone: then there are none to edit.</param>
/// <param name="Packs">The packs by id.</param>
internal sealed record PackBook(bool Editable, IReadOnlyList<PackRecord> Packs);

/// <summary>A pack as an admin sees it: with who changed it last, and why.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record PackRecord(
    string Id,
    string Name,
    decimal Price,
    string Currency,
    decimal Credits,
    decimal BonusCredits,
    bool BestValue,
    bool Retired,
    string? ChangedBy,
    string? Reason,
    DateTime ChangedAt,
    long Version)
{
    public static PackRecord From(StoredPack pack) => new(
        pack.Id,
        pack.Name,
        pack.Price,
        pack.Currency,
        pack.Credits.ToDecimal(),
        pack.BonusCredits.ToDecimal(),
        pack.BestValue,
        pack.Retired,
        pack.ChangedBy,
        pack.Reason,
        pack.ChangedAt,
        pack.Version);
}

/// <summary>What an act did to a pack.</summary>
/// <param name="Replayed">True when it was done before: nothing happened now.</param>
/// <param name="Pack">The pack now.</param>
internal sealed record PackResponse(bool Replayed, PackRecord Pack);
