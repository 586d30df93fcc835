namespace AiCredits.Ledger;

/// <summary>The answer to a <see cref="CaptureCommand"/> or <see cref="ReleaseCommand"/>.</summary>
public abstract record SettleResult : LedgerResult
{
    private SettleResult()
    {
    }

    /// <summary>The hold is settled (or, after a capture that is not final, still open).</summary>
    /// <param name="HoldId">The hold.</param>
    /// <param name="Status">Where the generation stands now.</param>
    /// <param name="Captured">What has been taken in all.</param>
    /// <param name="Released">What went back.</param>
    /// <param name="AvailableAfter">What can be spent.</param>
    /// <param name="HeldAfter">What is set aside in all.</param>
    public sealed record Settled(Guid HoldId, GenerationStatus Status, Credits Captured, Credits Released, Credits AvailableAfter, Credits HeldAfter) : SettleResult
    {
        /// <summary>True when the hold had ended by itself and the amount was charged anew.</summary>
        public bool ChargedLate { get; init; }

        /// <summary>What should have been taken beyond the hold and was not, see <see cref="OverrunPolicy"/>.</summary>
        public Credits Uncovered { get; init; }
    }

    /// <summary>The account never had such a hold; nothing changed.</summary>
    public sealed record NotFound : SettleResult;

    /// <summary>The hold had ended by itself and the account can't pay the amount now; nothing changed.</summary>
    /// <param name="Required">What was to be taken.</param>
    /// <param name="Available">What can be spent on it.</param>
    public sealed record Insufficient(Credits Required, Credits Available) : SettleResult;

    /// <summary>The key was used for another request; nothing changed.</summary>
    /// <param name="ConflictingKey">The key.</param>
    public sealed record KeyConflict(string ConflictingKey) : SettleResult;
}
