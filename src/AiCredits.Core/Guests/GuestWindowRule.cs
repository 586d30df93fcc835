namespace AiCredits.Guests;

/// <summary>The rule by which uses are counted.</summary>
/// <param name="Kind">How the window moves.</param>
/// <param name="Length">How long it is.</param>
public readonly record struct GuestWindowRule(GuestWindowKind Kind, TimeSpan Length);
