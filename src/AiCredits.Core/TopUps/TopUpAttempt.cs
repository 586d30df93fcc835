namespace AiCredits.TopUps;

/// <summary>One purchase that a top-up makes.</summary>
/// <param name="PurchaseId">The purchase; the provider's idempotency key is made of it, so that it is charged once however often it is asked.</param>
/// <param name="StartedAt">When it was begun (UTC).</param>
/// <param name="LeaseUntil">Until when the instance that works on it has it to itself (UTC).</param>
/// <param name="Tries">How often the provider was asked to charge.</param>
public sealed record TopUpAttempt(Guid PurchaseId, DateTime StartedAt, DateTime LeaseUntil, int Tries)
{
    /// <summary>The card that it is charged to, whatever card the owner saves meanwhile.</summary>
    public SavedCard? Card { get; init; }
}
