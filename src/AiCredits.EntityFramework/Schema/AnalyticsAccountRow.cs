namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_analytics_account: up to which entry an account's history is rolled up, and its firsts.</summary>
internal sealed class AnalyticsAccountRow
{
    public required string AccountId { get; set; }

    public long DoneSeq { get; set; }

    public long FirstAt { get; set; }

    public long? FirstPurchaseAt { get; set; }
}
