using AiCredits.Payments;

namespace AiCredits.TopUps;

/// <summary>Charges a saved card while its owner is away.</summary>
/// <param name="PurchaseId">The purchase; also the idempotency key.</param>
/// <param name="Card">The card.</param>
/// <param name="Price">How much.</param>
/// <param name="Title">What is bought, as the owner reads it.</param>
public sealed record ChargeRequest(Guid PurchaseId, SavedCard Card, Money Price, string Title);
