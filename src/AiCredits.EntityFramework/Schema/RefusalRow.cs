using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_refusal: a "no" that is given again to whoever repeats the request.</summary>
internal sealed class RefusalRow
{
    public required string AccountId { get; set; }

    public required string Key { get; set; }

    public long RequestHash { get; set; }

    public long At { get; set; }

    public bool Frozen { get; set; }

    public long Required { get; set; }

    public long Available { get; set; }

    public long Held { get; set; }

    public MemberCap? Cap { get; set; }

    public long? ResetsAt { get; set; }

    public static RefusalRow From(AccountId account, Refusal refusal) => new()
    {
        AccountId = account.Value,
        Key = refusal.Key,
        RequestHash = refusal.RequestHash,
        At = Stored.Micros(refusal.At),
        Frozen = refusal.Frozen,
        Required = refusal.Required.Millionths,
        Available = refusal.Available.Millionths,
        Held = refusal.Held.Millionths,
        Cap = refusal.Cap,
        ResetsAt = Stored.Micros(refusal.ResetsAt),
    };

    public Refusal ToRefusal() => new()
    {
        Key = Key,
        RequestHash = RequestHash,
        At = Stored.Time(At),
        Frozen = Frozen,
        Required = Credits.FromMillionths(Required),
        Available = Credits.FromMillionths(Available),
        Held = Credits.FromMillionths(Held),
        Cap = Cap,
        ResetsAt = Stored.Time(ResetsAt),
    };
}
