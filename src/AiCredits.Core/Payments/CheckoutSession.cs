namespace AiCredits.Payments;

/// <summary>A checkout that waits for its buyer.</summary>
/// <param name="Id">The provider's id of it, to be kept with the purchase: <see cref="IPaymentProvider.FindPaymentAsync"/> takes it.</param>
/// <param name="Url">Where the buyer pays.</param>
/// <param name="ExpiresAt">When it can no longer be paid (UTC); null when it never ends by itself.</param>
public sealed record CheckoutSession(string Id, Uri Url, DateTime? ExpiresAt);
