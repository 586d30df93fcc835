using AiCredits.Ledger;

namespace AiCredits.Administration;

/// <summary>What an admin grants.</summary>
/// <param name="Amount">How much.</param>
public sealed record AdminGrant(Credits Amount)
{
    /// <summary>Where it comes from: an adjustment, a promotion or a compensation. Default an adjustment.</summary>
    public GrantKind Kind { get; init; } = GrantKind.Adjustment;

    /// <summary>Lower burns first; 0 by default.</summary>
    public int Priority { get; init; }

    /// <summary>When what is left expires (UTC); null for never.</summary>
    public DateTime? ExpiresAt { get; init; }

    /// <summary>The only models it pays for; empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];
}
