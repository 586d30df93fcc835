namespace AiCredits.Guests;

/// <summary>The answer to a <see cref="GuestHoldRequest"/>.</summary>
public abstract record GuestHoldResult
{
    private GuestHoldResult(GuestUsage usage) => Usage = usage;

    /// <summary>What the guest has left.</summary>
    public GuestUsage Usage { get; }

    /// <summary>The uses are set aside.</summary>
    /// <param name="Usage">What the guest has left.</param>
    /// <param name="Replayed">True when the same generation had them already.</param>
    public sealed record Held(GuestUsage Usage, bool Replayed) : GuestHoldResult(Usage);

    /// <summary>Too few uses are left; nothing changed.</summary>
    /// <param name="Usage">What the guest has left; its <see cref="GuestUsage.ResetsAt"/> is when the request would fit, null for never.</param>
    public sealed record LimitReached(GuestUsage Usage) : GuestHoldResult(Usage);
}
