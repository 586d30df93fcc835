namespace AiCredits.Ledger;

/// <summary>
/// A grant of credits and where they are now. Always: <c>Amount = Available + Held + Spent + Expired + Revoked</c>
/// (for a grant that is not effective yet, nothing is available and nothing adds up until it is).
/// </summary>
public sealed record Grant
{
    /// <summary>The grant's id: the sequence number of the entry that made it. Unique within the account.</summary>
    public required long Id { get; init; }

    /// <summary>Where the credits come from.</summary>
    public required GrantKind Kind { get; init; }

    /// <summary>How much was granted.</summary>
    public required Credits Amount { get; init; }

    /// <summary>What can be spent.</summary>
    public Credits Available { get; init; }

    /// <summary>What open holds have set aside.</summary>
    public Credits Held { get; init; }

    /// <summary>What generations have taken.</summary>
    public Credits Spent { get; init; }

    /// <summary>What reached the grant's end unspent.</summary>
    public Credits Expired { get; init; }

    /// <summary>What was taken back, or paid off debt.</summary>
    public Credits Revoked { get; init; }

    /// <summary>What revokes have claimed of it in all: what was there, and what was gone already and became debt.</summary>
    public Credits TakenBack { get; init; }

    /// <summary>Lower burns first.</summary>
    public int Priority { get; init; }

    /// <summary>When it was granted (UTC).</summary>
    public required DateTime GrantedAt { get; init; }

    /// <summary>When its credits can be spent from (UTC); null for at once.</summary>
    public DateTime? EffectiveAt { get; init; }

    /// <summary>When what is left of it expires (UTC); null for never.</summary>
    public DateTime? ExpiresAt { get; init; }

    /// <summary>The only models its credits pay for; empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Where it came from in the app's or the provider's words: a purchase id, a code.</summary>
    public string? Reference { get; init; }

    /// <summary>True until <see cref="EffectiveAt"/> has been reached and its entry is written.</summary>
    public bool Pending { get; init; }

    /// <summary>True while something of it is available, held or pending.</summary>
    public bool IsLive => Pending || Available.Millionths != 0 || Held.Millionths != 0;

    /// <summary>True for credits that were paid for.</summary>
    public bool IsPaid => Kind == GrantKind.Purchase;
}
