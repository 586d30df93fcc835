using System.Text.Json;
using System.Text.Json.Serialization;
using AiCredits.Purchases;

namespace AiCredits.AspNetCore.Purchases;

/// <summary>A purchase as its buyer sees it; credits include the bonus.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record PurchaseItem(
    Guid Id,
    string PackId,
    string PackName,
    Guid? SubscriptionId,
    string Status,
    decimal Credits,
    decimal BonusCredits,
    decimal Price,
    string Currency,
    decimal? Total,
    string? TotalCurrency,
    decimal Refunded,
    decimal CreditsTaken,
    DateTime CreatedAt,
    DateTime? PaidAt,
    DateTime? DeliveredAt,
    string? ReceiptUrl,
    string Provider)
{
    public static PurchaseItem From(Purchase purchase) => new(
        purchase.Id,
        purchase.PackId,
        purchase.PackName,
        purchase.SubscriptionId,
        JsonNamingPolicy.CamelCase.ConvertName(purchase.Status.ToString()),
        purchase.Credits.ToDecimal(),
        purchase.BonusCredits.ToDecimal(),
        purchase.Price.Amount,
        purchase.Price.Currency,
        purchase.Total?.Amount,
        purchase.Total?.Currency,
        purchase.Refunded,
        purchase.Taken.ToDecimal(),
        purchase.CreatedAt,
        purchase.PaidAt,
        purchase.DeliveredAt,
        purchase.ReceiptUrl?.AbsoluteUri,
        purchase.Provider);
}
