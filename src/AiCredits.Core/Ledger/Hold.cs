namespace AiCredits.Ledger;

/// <summary>Credits set aside for a generation that still runs.</summary>
public sealed record Hold
{
    /// <summary>The hold's id, which is the generation's id too.</summary>
    public required Guid Id { get; init; }

    /// <summary>What is still set aside.</summary>
    public required Credits Amount { get; init; }

    /// <summary>What has been captured from it so far.</summary>
    public Credits Captured { get; init; }

    /// <summary>The grants that <see cref="Amount"/> is pinned in, in burn order.</summary>
    public required IReadOnlyList<GrantSlice> Slices { get; init; }

    /// <summary>When the hold ends by itself (UTC).</summary>
    public required DateTime ExpiresAt { get; init; }

    /// <summary>What becomes of the credits when it ends by itself.</summary>
    public HoldExpiryPolicy OnExpiry { get; init; }

    /// <summary>Which request made it: the same id with another request is a conflict.</summary>
    public long RequestHash { get; init; }

    /// <summary>The sequence number of its entry.</summary>
    public required long EntrySequence { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTime HeldAt { get; init; }

    /// <summary>Available on the account right after it was made.</summary>
    public Credits AvailableAfter { get; init; }

    /// <summary>Held on the account right after it was made.</summary>
    public Credits HeldAfter { get; init; }

    /// <summary>What the generation is about.</summary>
    public required GenerationStart Generation { get; init; }
}
