namespace AiCredits.Purchases;

/// <summary>
/// One command to the ledger that a purchase has decided on, kept with the purchase before it is carried out. Whoever
/// finds it carries it out again: its key is made of the purchase and <paramref name="Number"/>, so it has one effect.
/// </summary>
/// <param name="Number">1, 2, 3, ... within the purchase.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Part">Which part of the credits it moves.</param>
/// <param name="Amount">How much at the most.</param>
/// <param name="GrantId">The grant that is taken from; null where credits are given.</param>
/// <param name="ExpiresAt">When credits that are given expire (UTC); null for never.</param>
/// <param name="Description">The line of the account's history.</param>
public sealed record PurchaseMovement(
    int Number,
    PurchaseMovementKind Kind,
    PurchasePart Part,
    Credits Amount,
    long? GrantId,
    DateTime? ExpiresAt,
    string Description)
{
    /// <summary>Who ordered it; null when the payment's facts alone imply it.</summary>
    public string? Actor { get; init; }
}
