namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_analytics_guest: when a guest generated for the first time.</summary>
internal sealed class AnalyticsGuestRow
{
    public required string GuestId { get; set; }

    public long FirstAt { get; set; }
}
