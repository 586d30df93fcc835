namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_guest_window: one signal of guests. The row is the lock of its uses.</summary>
internal sealed class GuestWindowRow
{
    public required string Subject { get; set; }

    public long? OpenedAt { get; set; }
}
