namespace AiCredits.Guests;

/// <summary>How the guest window moves.</summary>
public enum GuestWindowKind
{
    /// <summary>It opens at the first generation and resets as a whole when it is over.</summary>
    FromFirstUse = 0,

    /// <summary>Each use comes back one window after it was made.</summary>
    Sliding = 1,
}
