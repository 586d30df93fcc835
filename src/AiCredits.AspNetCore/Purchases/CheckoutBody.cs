namespace AiCredits.AspNetCore.Purchases;

/// <summary>What is to be bought, and where the buyer comes back to: a path or address of the app, or of an allowed origin.</summary>
internal sealed record CheckoutBody(string? PackId, string? ReturnUrl = null);
