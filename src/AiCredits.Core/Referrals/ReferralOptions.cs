namespace AiCredits.Referrals;

/// <summary>The settings of referrals.</summary>
public sealed class ReferralOptions
{
    /// <summary>True to let accounts refer others. Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>What the referrer gets after the first purchase of the account it referred. Default 20; 0 for nothing.</summary>
    public Credits ReferrerCredits { get; set; } = 20;

    /// <summary>What the referred account gets after its first purchase. Default 20; 0 for nothing.</summary>
    public Credits ReferredCredits { get; set; } = 20;

    /// <summary>After how long those credits expire; null for never. Default null.</summary>
    public TimeSpan? CreditsExpireAfter { get; set; }

    /// <summary>
    /// When the purchase is refunded in full within this time after its delivery, both sides lose the credits again, as
    /// debt where they are spent. Null to leave them. Default 30 days.
    /// </summary>
    public TimeSpan? TakeBackWithin { get; set; } = TimeSpan.FromDays(30);
}
