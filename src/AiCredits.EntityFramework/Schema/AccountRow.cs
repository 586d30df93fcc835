using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_account. Nothing that changes is indexed, so that PostgreSQL updates it in place.</summary>
internal sealed class AccountRow
{
    public required string AccountId { get; set; }

    public long Issued { get; set; }

    public long Available { get; set; }

    public long Held { get; set; }

    public long Spent { get; set; }

    public long Expired { get; set; }

    public long Revoked { get; set; }

    public long Debt { get; set; }

    public long Seq { get; set; }

    public long LastAt { get; set; }

    public long? NextDue { get; set; }

    public bool Frozen { get; set; }

    public bool Welcomed { get; set; }

    public bool Low { get; set; }

    public byte[] ChainHead { get; set; } = new byte[32];

    public static AccountRow From(AccountState state) => new()
    {
        AccountId = state.Account.Value,
        Issued = state.Issued.Millionths,
        Available = state.Available.Millionths,
        Held = state.Held.Millionths,
        Spent = state.Spent.Millionths,
        Expired = state.Expired.Millionths,
        Revoked = state.Revoked.Millionths,
        Debt = state.Debt.Millionths,
        Seq = state.Sequence,
        LastAt = Stored.Micros(state.LastAt),
        NextDue = Stored.Micros(state.NextDue),
        Frozen = state.Frozen,
        Welcomed = state.Welcomed,
        Low = state.Low,
        ChainHead = state.ChainHead.ToArray(),
    };

    public AccountState ToState() => new()
    {
        Account = new AccountId(AccountId),
        Issued = Credits.FromMillionths(Issued),
        Available = Credits.FromMillionths(Available),
        Held = Credits.FromMillionths(Held),
        Spent = Credits.FromMillionths(Spent),
        Expired = Credits.FromMillionths(Expired),
        Revoked = Credits.FromMillionths(Revoked),
        Debt = Credits.FromMillionths(Debt),
        Sequence = Seq,
        LastAt = Stored.Time(LastAt),
        NextDue = Stored.Time(NextDue),
        Frozen = Frozen,
        Welcomed = Welcomed,
        Low = Low,
        ChainHead = ChainHead,
    };
}
