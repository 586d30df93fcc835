using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_grant. Rows stay for ever; <see cref="Live"/> keeps those that still matter in small partial indexes.</summary>
internal sealed class GrantRow
{
    public required string AccountId { get; set; }

    public long GrantId { get; set; }

    public GrantKind Kind { get; set; }

    public long Amount { get; set; }

    public long Available { get; set; }

    public long Held { get; set; }

    public long Spent { get; set; }

    public long Expired { get; set; }

    public long Revoked { get; set; }

    public long TakenBack { get; set; }

    public int Priority { get; set; }

    public long GrantedAt { get; set; }

    public long? EffectiveAt { get; set; }

    public long? ExpiresAt { get; set; }

    public string? Models { get; set; }

    public string? Reference { get; set; }

    public bool Pending { get; set; }

    public bool Live { get; set; }

    public static GrantRow From(AccountId account, Grant grant) => new()
    {
        AccountId = account.Value,
        GrantId = grant.Id,
        Kind = grant.Kind,
        Amount = grant.Amount.Millionths,
        Available = grant.Available.Millionths,
        Held = grant.Held.Millionths,
        Spent = grant.Spent.Millionths,
        Expired = grant.Expired.Millionths,
        Revoked = grant.Revoked.Millionths,
        TakenBack = grant.TakenBack.Millionths,
        Priority = grant.Priority,
        GrantedAt = Stored.Micros(grant.GrantedAt),
        EffectiveAt = Stored.Micros(grant.EffectiveAt),
        ExpiresAt = Stored.Micros(grant.ExpiresAt),
        Models = Stored.Models(grant.Models),
        Reference = grant.Reference,
        Pending = grant.Pending,
        Live = grant.IsLive,
    };

    public Grant ToGrant() => new()
    {
        Id = GrantId,
        Kind = Kind,
        Amount = Credits.FromMillionths(Amount),
        Available = Credits.FromMillionths(Available),
        Held = Credits.FromMillionths(Held),
        Spent = Credits.FromMillionths(Spent),
        Expired = Credits.FromMillionths(Expired),
        Revoked = Credits.FromMillionths(Revoked),
        TakenBack = Credits.FromMillionths(TakenBack),
        Priority = Priority,
        GrantedAt = Stored.Time(GrantedAt),
        EffectiveAt = Stored.Time(EffectiveAt),
        ExpiresAt = Stored.Time(ExpiresAt),
        Models = Stored.Models(Models),
        Reference = Reference,
        Pending = Pending,
    };
}
