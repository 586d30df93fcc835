namespace AiCredits.Ledger;

/// <summary>
/// One line of an account's history. Written once and never changed: <see cref="Hash"/> covers every other field and
/// the hash of the entry before.
/// </summary>
public sealed record Entry
{
    /// <summary>The account.</summary>
    public required AccountId Account { get; init; }

    /// <summary>1, 2, 3, ... without a gap.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it happened (UTC, whole microseconds); never earlier than the entry before.</summary>
    public required DateTime At { get; init; }

    /// <summary>What happened.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>How much was moved, never negative; <see cref="Kind"/> says from where to where.</summary>
    public Credits Amount { get; init; }

    /// <summary>
    /// What the same operation could not or need not move: for a capture that settles its hold, what went back
    /// to the grants; for one that leaves it open, what earlier captures took; for a revoke, what became debt; for a
    /// refund, what came back too late and expires at once.
    /// </summary>
    public Credits Remainder { get; init; }

    /// <summary>Available after this entry.</summary>
    public Credits AvailableAfter { get; init; }

    /// <summary>Held after this entry.</summary>
    public Credits HeldAfter { get; init; }

    /// <summary>Debt after this entry.</summary>
    public Credits DebtAfter { get; init; }

    /// <summary>The caller's idempotency key, unique within the account; null where an id is the key.</summary>
    public string? Key { get; init; }

    /// <summary>A hash of the request that carried <see cref="Key"/>.</summary>
    public long RequestHash { get; init; }

    /// <summary>The hold (and generation) concerned.</summary>
    public Guid? HoldId { get; init; }

    /// <summary>The grant made, expired, revoked or repaid from.</summary>
    public long? GrantId { get; init; }

    /// <summary>The kind of the grant made.</summary>
    public GrantKind? GrantKind { get; init; }

    /// <summary>The grants the amount was taken from or went back to.</summary>
    public IReadOnlyList<GrantSlice> Slices { get; init; } = [];

    /// <summary>For a hold, when it ends by itself; for a grant, when it expires (UTC).</summary>
    public DateTime? EndsAt { get; init; }

    /// <summary>The model generated with.</summary>
    public string? Model { get; init; }

    /// <summary>A line that a person can read.</summary>
    public string? Description { get; init; }

    /// <summary>Who did it, where it was not the account itself.</summary>
    public string? Actor { get; init; }

    /// <summary>Where it came from in the app's or the provider's words: a purchase id, a code.</summary>
    public string? Reference { get; init; }

    /// <summary>SHA-256 over the hash of the entry before and every field above (32 bytes).</summary>
    public ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>What the account owned after this entry: available and held together.</summary>
    public Credits BalanceAfter => AvailableAfter + HeldAfter;
}
