namespace AiCredits.AspNetCore.Teams;

/// <summary>The caps that a member is to have; null for no cap.</summary>
internal sealed record MemberBody(decimal? DailyCap, decimal? MonthlyCap, DateTimeOffset? CycleAnchor, string? Reason);
