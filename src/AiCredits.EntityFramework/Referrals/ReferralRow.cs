using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Referrals;

namespace AiCredits.EntityFramework.Referrals;

/// <summary>A row of ai_credits_referral: an account in the referral programme.</summary>
internal sealed class ReferralRow : IVersionedRow
{
    public required string AccountId { get; set; }

    public string? Code { get; set; }

    public bool HasReferred { get; set; }

    public string? ReferrerId { get; set; }

    public ReferralState State { get; set; }

    public long? AttachedAt { get; set; }

    public Guid? PurchaseId { get; set; }

    public long? EarnedAt { get; set; }

    public long ReferrerCredits { get; set; }

    public long ReferredCredits { get; set; }

    public long? CreditsExpireAt { get; set; }

    public int Version { get; set; }

    /// <summary>Takes over everything but the version.</summary>
    public void Set(ReferralAccount account)
    {
        Code = account.Code;
        HasReferred = account.HasReferred;
        ReferrerId = account.Referrer?.Value;
        State = account.State;
        AttachedAt = Stored.Micros(account.AttachedAt);
        PurchaseId = account.PurchaseId;
        EarnedAt = Stored.Micros(account.EarnedAt);
        ReferrerCredits = account.ReferrerCredits.Millionths;
        ReferredCredits = account.ReferredCredits.Millionths;
        CreditsExpireAt = Stored.Micros(account.CreditsExpireAt);
    }

    public ReferralAccount ToAccount() => new(new AccountId(AccountId))
    {
        Code = Code,
        HasReferred = HasReferred,
        Referrer = ReferrerId is null ? null : new AccountId(ReferrerId),
        State = State,
        AttachedAt = Stored.Time(AttachedAt),
        PurchaseId = PurchaseId,
        EarnedAt = Stored.Time(EarnedAt),
        ReferrerCredits = Credits.FromMillionths(ReferrerCredits),
        ReferredCredits = Credits.FromMillionths(ReferredCredits),
        CreditsExpireAt = Stored.Time(CreditsExpireAt),
        Version = Version,
    };
}
