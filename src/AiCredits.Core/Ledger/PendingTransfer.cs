namespace AiCredits.Ledger;

/// <summary>A transfer that has left its account and is not known to have arrived.</summary>
/// <param name="From">The account that it left.</param>
/// <param name="Id">The transfer.</param>
/// <param name="To">The account that it is for.</param>
/// <param name="SentAt">When it left (UTC).</param>
/// <param name="Parts">What is on its way.</param>
public sealed record PendingTransfer(AccountId From, Guid Id, AccountId To, DateTime SentAt, IReadOnlyList<TransferPart> Parts)
{
    /// <summary>What is on its way in all.</summary>
    public Credits Amount => Parts.Aggregate(Credits.Zero, (sum, part) => sum + part.Amount);
}
