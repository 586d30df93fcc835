namespace AiCredits.Referrals;

/// <summary>What is known of an account in the referral programme: its own code, and who referred it.</summary>
/// <param name="Account">The account.</param>
public sealed record ReferralAccount(AccountId Account)
{
    /// <summary>Its own code, in capitals; null until it asks for one.</summary>
    public string? Code { get; init; }

    /// <summary>True once somebody was attached to it. From then on it can't be attached itself: that is what makes loops impossible.</summary>
    public bool HasReferred { get; init; }

    /// <summary>Who referred it; null when nobody did.</summary>
    public AccountId? Referrer { get; init; }

    /// <summary>Where it stands as a referred account.</summary>
    public ReferralState State { get; init; }

    /// <summary>When it was attached (UTC).</summary>
    public DateTime? AttachedAt { get; init; }

    /// <summary>The purchase that earned the credits.</summary>
    public Guid? PurchaseId { get; init; }

    /// <summary>When that purchase was delivered (UTC).</summary>
    public DateTime? EarnedAt { get; init; }

    /// <summary>What the referrer gets, as agreed when it was earned.</summary>
    public Credits ReferrerCredits { get; init; }

    /// <summary>What the referred account gets, as agreed when it was earned.</summary>
    public Credits ReferredCredits { get; init; }

    /// <summary>When those credits expire (UTC), as agreed when they were earned; null for never.</summary>
    public DateTime? CreditsExpireAt { get; init; }

    /// <summary>How often it was saved; 0 before the first time. A save counts only while this is still as it was read.</summary>
    public int Version { get; init; }
}
