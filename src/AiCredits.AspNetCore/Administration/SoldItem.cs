using System.Text.Json.Serialization;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.Purchases;

namespace AiCredits.AspNetCore.Administration;

/// <summary>A purchase as an admin sees it: with what went wrong and where it stands at the provider. Credits include the bonus.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record SoldItem(
    Guid Id,
    string Account,
    string PackId,
    string PackName,
    Guid? SubscriptionId,
    string Status,
    bool NeedsAttention,
    string? Fault,
    decimal Price,
    string Currency,
    decimal Credits,
    decimal BonusCredits,
    decimal? Total,
    string? TotalCurrency,
    decimal Refunded,
    decimal Disputed,
    decimal DisputesLost,
    decimal Refundable,
    decimal CreditsTaken,
    DateTime CreatedAt,
    DateTime? PaidAt,
    DateTime? DeliveredAt,
    DateTime ChangedAt,
    string Provider,
    string? CheckoutId,
    string? PaymentId,
    string? CustomerId,
    string? ReceiptUrl)
{
    public static SoldItem From(Purchase purchase) => new(
        purchase.Id,
        purchase.Account.Value,
        purchase.PackId,
        purchase.PackName,
        purchase.SubscriptionId,
        JsonName.Of(purchase.Status),
        PurchaseSearch.NeedAttention.Contains(purchase.Status),
        purchase.Fault,
        purchase.Price.Amount,
        purchase.Price.Currency,
        purchase.Credits.ToDecimal(),
        purchase.BonusCredits.ToDecimal(),
        purchase.Total?.Amount,
        purchase.Total?.Currency,
        purchase.Refunded,
        purchase.Disputed,
        purchase.DisputesLost,
        purchase.Refundable,
        purchase.Taken.ToDecimal(),
        purchase.CreatedAt,
        purchase.PaidAt,
        purchase.DeliveredAt,
        purchase.ChangedAt,
        purchase.Provider,
        purchase.CheckoutId,
        purchase.PaymentId,
        purchase.CustomerId,
        purchase.ReceiptUrl?.AbsoluteUri);
}
