namespace AiCredits.Teams;

/// <summary>How much a member may use. The tightest cap counts.</summary>
/// <param name="Daily">The most in a UTC day; null for no cap.</param>
/// <param name="Monthly">The most in a month; null for no cap.</param>
/// <param name="CycleAnchor">A time (UTC) at which a billing cycle began, to count by its months; null for calendar months in UTC.</param>
public sealed record MemberCaps(Credits? Daily = null, Credits? Monthly = null, DateTime? CycleAnchor = null);
