namespace AiCredits.TopUps;

/// <summary>A payment method that may be charged while its owner is away.</summary>
/// <param name="CustomerId">The owner's id at the provider.</param>
/// <param name="MethodId">The provider's id of the payment method.</param>
/// <param name="Label">How its owner knows it, such as <c>visa 4242</c>; null when the provider doesn't tell.</param>
public sealed record SavedCard(string CustomerId, string MethodId, string? Label);
