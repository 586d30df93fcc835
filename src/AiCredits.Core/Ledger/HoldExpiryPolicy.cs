namespace AiCredits.Ledger;

/// <summary>What becomes of a hold that nobody settled before its end. The numbers are stored.</summary>
public enum HoldExpiryPolicy
{
    /// <summary>The credits go back.</summary>
    Release = 0,

    /// <summary>The credits are taken, for work that costs money even when nobody waits for it.</summary>
    Capture = 1,
}
