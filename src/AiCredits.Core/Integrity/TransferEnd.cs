namespace AiCredits.Integrity;

/// <summary>One half of a transfer, by which the other half is found.</summary>
/// <param name="Account">The account of this half.</param>
/// <param name="OtherKey">The key of the entry of the other half.</param>
/// <param name="TransferId">The transfer.</param>
/// <param name="Other">The account of the other half.</param>
/// <param name="Amount">How much.</param>
/// <param name="IsOutgoing">True when this half is the one that left.</param>
internal sealed record TransferEnd(AccountId Account, string OtherKey, Guid TransferId, string Other, Credits Amount, bool IsOutgoing);
