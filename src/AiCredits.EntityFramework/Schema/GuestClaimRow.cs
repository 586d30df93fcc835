namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_guest_claim: which account a guest belongs to.</summary>
internal sealed class GuestClaimRow
{
    public required string GuestId { get; set; }

    public required string AccountId { get; set; }

    public long ClaimedAt { get; set; }
}
