namespace AiCredits.AspNetCore.Purchases;

/// <summary>Where to pay, and the purchase that is paid for.</summary>
internal sealed record CheckoutResponse(string Url, Guid PurchaseId);
