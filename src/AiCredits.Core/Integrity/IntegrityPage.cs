namespace AiCredits.Integrity;

/// <summary>A part of a check of all accounts.</summary>
/// <param name="Report">What was found in this part.</param>
/// <param name="Next">Where the next part starts after; null when all accounts were checked.</param>
public sealed record IntegrityPage(IntegrityReport Report, AccountId? Next);
