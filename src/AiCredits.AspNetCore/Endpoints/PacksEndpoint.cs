using System.Text.Json.Serialization;
using AiCredits.Packs;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>GET /credit-packs: what can be bought, cheapest first.</summary>
internal static class PacksEndpoint
{
    public static IResult Get(IPackCatalog catalog) => CreditsJson.Ok(catalog.Packs.Select(PackItem.From).ToArray());
}

/// <summary>A pack on offer; credits include the bonus.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record PackItem(
    string Id,
    string Name,
    decimal Credits,
    decimal BonusCredits,
    decimal Price,
    string Currency,
    decimal PricePerCredit,
    int SavingsPercent,
    bool BestValue)
{
    public static PackItem From(CreditPack pack) => new(
        pack.Id,
        pack.Name,
        pack.Credits.ToDecimal(),
        pack.BonusCredits.ToDecimal(),
        pack.Price,
        pack.Currency,
        pack.PricePerCredit,
        pack.SavingsPercent,
        pack.BestValue);
}
