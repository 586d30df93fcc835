namespace AiCredits.Ledger;

/// <summary>The answer to a <see cref="HoldCommand"/>.</summary>
public abstract record HoldResult : LedgerResult
{
    private HoldResult()
    {
    }

    /// <summary>True when the account has had its welcome credits.</summary>
    public bool Welcomed { get; init; }

    /// <summary>The credits are set aside.</summary>
    /// <param name="HoldId">The hold.</param>
    /// <param name="Amount">How much was set aside.</param>
    /// <param name="ExpiresAt">When it ends by itself (UTC).</param>
    /// <param name="AvailableAfter">What can still be spent.</param>
    /// <param name="HeldAfter">What is set aside in all.</param>
    public sealed record Held(Guid HoldId, Credits Amount, DateTime ExpiresAt, Credits AvailableAfter, Credits HeldAfter) : HoldResult
    {
        /// <summary>For a replay of a hold that is over: how its generation ended.</summary>
        public Generation? Finished { get; init; }
    }

    /// <summary>Too few credits; nothing changed.</summary>
    /// <param name="Required">What was asked for.</param>
    /// <param name="Available">What can be spent on it.</param>
    /// <param name="CurrentlyHeld">What is set aside for other generations and could be spent on it if it came back.</param>
    public sealed record Insufficient(Credits Required, Credits Available, Credits CurrentlyHeld) : HoldResult
    {
        /// <summary>True when it could succeed once running generations give their credits back.</summary>
        public bool Retryable => Available + CurrentlyHeld >= Required;
    }

    /// <summary>The account is frozen; nothing changed.</summary>
    public sealed record Frozen : HoldResult;

    /// <summary>The account does not have the member, or no more; nothing changed.</summary>
    /// <param name="Member">The member asked for.</param>
    public sealed record NotAMember(string Member) : HoldResult;

    /// <summary>The member's cap leaves too little; nothing changed.</summary>
    /// <param name="Member">The member.</param>
    /// <param name="Window">Which cap: the tighter one.</param>
    /// <param name="Required">What was asked for.</param>
    /// <param name="Cap">The cap.</param>
    /// <param name="Used">What of it is used.</param>
    /// <param name="ResetsAt">When it counts anew (UTC).</param>
    public sealed record MemberCapReached(string Member, MemberCap Window, Credits Required, Credits Cap, Credits Used, DateTime ResetsAt) : HoldResult;

    /// <summary>The key or id was used for another request; nothing changed.</summary>
    /// <param name="ConflictingKey">The key or id.</param>
    public sealed record KeyConflict(string ConflictingKey) : HoldResult;
}
