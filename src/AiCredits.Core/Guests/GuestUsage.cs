namespace AiCredits.Guests;

/// <summary>What a guest has left, by the subject that is nearest to its limit.</summary>
/// <param name="Limit">How many generations the window allows.</param>
/// <param name="Used">How many are used or running.</param>
/// <param name="ResetsAt">When uses come back (UTC): the window's end, or for a sliding window when the oldest use comes back; null when nothing is used, or when more is wanted than any window allows.</param>
/// <param name="Window">How long the window is.</param>
public sealed record GuestUsage(int Limit, int Used, DateTime? ResetsAt, TimeSpan Window)
{
    /// <summary>How many are left.</summary>
    public int Remaining => Math.Max(0, Limit - Used);
}
