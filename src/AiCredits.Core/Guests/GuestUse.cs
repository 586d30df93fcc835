namespace AiCredits.Guests;

/// <summary>Uses that one generation takes from a subject's window.</summary>
/// <param name="Id">The generation.</param>
/// <param name="Count">How many uses.</param>
/// <param name="At">When it started (UTC).</param>
/// <param name="LeaseUntil">While it runs, when it is given back by itself (UTC); null once it is kept.</param>
public readonly record struct GuestUse(Guid Id, int Count, DateTime At, DateTime? LeaseUntil);
