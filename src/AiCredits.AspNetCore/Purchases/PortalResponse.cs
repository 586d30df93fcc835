namespace AiCredits.AspNetCore.Purchases;

/// <summary>The provider's page of receipts and payment methods; good for a short while.</summary>
internal sealed record PortalResponse(string Url);
