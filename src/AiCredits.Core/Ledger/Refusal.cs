namespace AiCredits.Ledger;

/// <summary>A "no" that was given under a key of the caller's choice, kept so that a repeat gets the same answer.</summary>
public sealed record Refusal
{
    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>A hash of the request.</summary>
    public required long RequestHash { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTime At { get; init; }

    /// <summary>True when the account was frozen; otherwise it had too few credits.</summary>
    public bool Frozen { get; init; }

    /// <summary>What was asked for.</summary>
    public Credits Required { get; init; }

    /// <summary>What could be spent on it; where a cap refused, what the cap left.</summary>
    public Credits Available { get; init; }

    /// <summary>The member's cap that refused; null when it was none.</summary>
    public MemberCap? Cap { get; init; }

    /// <summary>When that cap counts anew (UTC).</summary>
    public DateTime? ResetsAt { get; init; }

    /// <summary>Where a cap refused, what of it was used; else what was set aside at that time and could be spent on it if it came back.</summary>
    public Credits Held { get; init; }
}
