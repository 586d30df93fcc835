namespace AiCredits.Plans;

/// <summary>A stretch of time for which a subscription granted credits: from one refill to the next, or one filling of fair use.</summary>
/// <param name="Start">From when (UTC).</param>
/// <param name="End">Until when (UTC).</param>
public sealed record RefillSlot(DateTime Start, DateTime End)
{
    /// <summary>The highest amount that any plan and number of seats in force during the slot stands for. Never more is granted in it, whatever is switched how often.</summary>
    public Credits Level { get; init; }

    /// <summary>What was granted in it, without what was carried over.</summary>
    public Credits Granted { get; init; }

    /// <summary>True for the slot of a trial.</summary>
    public bool IsTrial { get; init; }

    /// <summary>True for a filling of fair use.</summary>
    public bool IsFairUse { get; init; }

    /// <summary>Start of the fair-use window that the filling belongs to (UTC).</summary>
    public DateTime? WindowStart { get; init; }

    /// <summary>What earlier fillings of the window have used up of its limit.</summary>
    public Credits WindowUsed { get; init; }

    /// <summary>True once what is left is being taken back, so that the next slot can open.</summary>
    public bool Closing { get; init; }

    /// <summary>The grants made for it.</summary>
    public IReadOnlyList<RefillParcel> Parcels { get; init; } = [];
}
