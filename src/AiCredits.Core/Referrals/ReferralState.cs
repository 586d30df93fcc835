namespace AiCredits.Referrals;

/// <summary>Where an account stands as one that was, or was not, referred. The numbers are stored: never renumber one.</summary>
public enum ReferralState
{
    /// <summary>Nobody has referred it yet.</summary>
    None = 0,

    /// <summary>It was referred and has not bought anything yet.</summary>
    Attached = 1,

    /// <summary>Its first purchase was delivered: both sides are owed their credits.</summary>
    Paying = 2,

    /// <summary>Both sides have their credits.</summary>
    Paid = 3,

    /// <summary>The purchase was refunded in full soon after: the credits are to be taken back.</summary>
    TakingBack = 4,

    /// <summary>The credits are taken back. Another purchase pays nothing more.</summary>
    TakenBack = 5,

    /// <summary>It bought something without having been referred, so it can't be referred any more.</summary>
    Closed = 6,
}
