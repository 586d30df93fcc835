using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_entry. Append-only: <see cref="AppendOnlyGuard"/> refuses every change and removal.</summary>
internal sealed class EntryRow
{
    public required string AccountId { get; set; }

    public long Seq { get; set; }

    public long At { get; set; }

    public EntryKind Kind { get; set; }

    public long Amount { get; set; }

    public long Remainder { get; set; }

    public long AvailableAfter { get; set; }

    public long HeldAfter { get; set; }

    public long DebtAfter { get; set; }

    public string? Key { get; set; }

    public long RequestHash { get; set; }

    public Guid? HoldId { get; set; }

    public long? GrantId { get; set; }

    public GrantKind? GrantKind { get; set; }

    public string? Slices { get; set; }

    public long? EndsAt { get; set; }

    public string? Model { get; set; }

    public string? Description { get; set; }

    public string? Actor { get; set; }

    public string? Reference { get; set; }

    public required byte[] Hash { get; set; }

    public static EntryRow From(Entry entry) => new()
    {
        AccountId = entry.Account.Value,
        Seq = entry.Sequence,
        At = Stored.Micros(entry.At),
        Kind = entry.Kind,
        Amount = entry.Amount.Millionths,
        Remainder = entry.Remainder.Millionths,
        AvailableAfter = entry.AvailableAfter.Millionths,
        HeldAfter = entry.HeldAfter.Millionths,
        DebtAfter = entry.DebtAfter.Millionths,
        Key = entry.Key,
        RequestHash = entry.RequestHash,
        HoldId = entry.HoldId,
        GrantId = entry.GrantId,
        GrantKind = entry.GrantKind,
        Slices = Stored.Slices(entry.Slices),
        EndsAt = Stored.Micros(entry.EndsAt),
        Model = entry.Model,
        Description = entry.Description,
        Actor = entry.Actor,
        Reference = entry.Reference,
        Hash = entry.Hash.ToArray(),
    };

    public Entry ToEntry() => new()
    {
        Account = new AccountId(AccountId),
        Sequence = Seq,
        At = Stored.Time(At),
        Kind = Kind,
        Amount = Credits.FromMillionths(Amount),
        Remainder = Credits.FromMillionths(Remainder),
        AvailableAfter = Credits.FromMillionths(AvailableAfter),
        HeldAfter = Credits.FromMillionths(HeldAfter),
        DebtAfter = Credits.FromMillionths(DebtAfter),
        Key = Key,
        RequestHash = RequestHash,
        HoldId = HoldId,
        GrantId = GrantId,
        GrantKind = GrantKind,
        Slices = Stored.Slices(Slices),
        EndsAt = Stored.Time(EndsAt),
        Model = Model,
        Description = Description,
        Actor = Actor,
        Reference = Reference,
        Hash = Hash,
    };
}
