namespace AiCredits.Administration;

/// <summary>Where a page of open holds ended: the next one starts after it.</summary>
/// <param name="HeldAt">When the last hold was made (UTC).</param>
/// <param name="HoldId">The last hold.</param>
public readonly record struct HoldMark(DateTime HeldAt, Guid HoldId);
