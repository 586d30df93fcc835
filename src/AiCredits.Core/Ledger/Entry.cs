using System.Diagnostics.CodeAnalysis;

namespace AiCredits.Ledger;

/// <summary>
/// One line of an account's history. Written once and never changed: <see cref="Hash"/> covers every other field and
/// the hash of the entry before.
/// </summary>
public sealed record Entry
{
    // What most entries lack stands apart: the in-memory store keeps two entries for every generation.
    private Seldom? seldom;
    private ReadOnlyMemory<byte> hash;

    /// <summary>An entry with nothing in it yet.</summary>
    public Entry()
    {
    }

    [SetsRequiredMembers]
    internal Entry(in EntryHead head)
    {
        Account = head.Account;
        Sequence = head.Sequence;
        At = head.At;
        Kind = head.Kind;
        Amount = head.Amount;
        AvailableAfter = head.AvailableAfter;
        HeldAfter = head.HeldAfter;
        DebtAfter = head.DebtAfter;
    }

    /// <summary>The account.</summary>
    public required AccountId Account { get; init; }

    /// <summary>1, 2, 3, ... without a gap.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it happened (UTC, whole microseconds); never earlier than the entry before.</summary>
    public required DateTime At { get; init; }

    /// <summary>What happened.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>How much was moved, never negative; <see cref="Kind"/> says from where to where.</summary>
    public Credits Amount { get; init; }

    /// <summary>
    /// What the same operation could not or need not move: for a capture that settles its hold, what went back
    /// to the grants; for one that leaves it open, what earlier captures took; for a revoke, what became debt; for a
    /// refund, what came back too late and expires at once.
    /// </summary>
    public Credits Remainder
    {
        get => seldom is null ? Credits.Zero : seldom.Remainder;
        init => seldom = value.IsZero && seldom is null ? null : Kept(Facts with { Remainder = value });
    }

    /// <summary>Available after this entry.</summary>
    public Credits AvailableAfter { get; init; }

    /// <summary>Held after this entry.</summary>
    public Credits HeldAfter { get; init; }

    /// <summary>Debt after this entry.</summary>
    public Credits DebtAfter
    {
        get => seldom is null ? Credits.Zero : seldom.DebtAfter;
        init => seldom = value.IsZero && seldom is null ? null : Kept(Facts with { DebtAfter = value });
    }

    /// <summary>The caller's idempotency key, unique within the account; null where an id is the key.</summary>
    public string? Key
    {
        get => seldom?.Key;
        init => seldom = value is null && seldom is null ? null : Kept(Facts with { Key = value });
    }

    /// <summary>A hash of the request that carried <see cref="Key"/>.</summary>
    public long RequestHash { get; init; }

    /// <summary>The hold (and generation) concerned.</summary>
    public Guid? HoldId { get; init; }

    /// <summary>The grant made, expired, revoked or repaid from.</summary>
    public long? GrantId
    {
        get => seldom?.GrantId;
        init => seldom = value is null && seldom is null ? null : Kept(Facts with { GrantId = value });
    }

    /// <summary>The kind of the grant made.</summary>
    public GrantKind? GrantKind
    {
        get => seldom?.GrantKind;
        init => seldom = value is null && seldom is null ? null : Kept(Facts with { GrantKind = value });
    }

    /// <summary>The grants the amount was taken from or went back to.</summary>
    public IReadOnlyList<GrantSlice> Slices { get; init; } = [];

    /// <summary>For a hold, when it ends by itself; for a grant, when it expires (UTC).</summary>
    public DateTime? EndsAt { get; init; }

    /// <summary>The model generated with.</summary>
    public string? Model { get; init; }

    /// <summary>A line that a person can read.</summary>
    public string? Description
    {
        get => seldom?.Description;
        init => seldom = value is null && seldom is null ? null : Kept(Facts with { Description = value });
    }

    /// <summary>Who did it, where it was not the account itself.</summary>
    public string? Actor
    {
        get => seldom?.Actor;
        init => seldom = value is null && seldom is null ? null : Kept(Facts with { Actor = value });
    }

    /// <summary>Where it came from in the app's or the provider's words: a purchase id, a code.</summary>
    public string? Reference
    {
        get => seldom?.Reference;
        init => seldom = value is null && seldom is null ? null : Kept(Facts with { Reference = value });
    }

    /// <summary>SHA-256 over the hash of the entry before and every field above (32 bytes).</summary>
    public ReadOnlyMemory<byte> Hash
    {
        get => hash;
        init => hash = value;
    }

    /// <summary>What the account owned after this entry: available and held together.</summary>
    public Credits BalanceAfter => AvailableAfter + HeldAfter;

    /// <summary>The book sets the hash before anybody else sees the entry.</summary>
    internal void Seal(ReadOnlyMemory<byte> value) => hash = value;

    private Seldom Facts => seldom ?? Seldom.Nothing;

    private static Seldom? Kept(Seldom facts) => facts == Seldom.Nothing ? null : facts;

    private sealed record Seldom
    {
        public static readonly Seldom Nothing = new();

        public Credits Remainder { get; init; }

        public Credits DebtAfter { get; init; }

        public string? Key { get; init; }

        public long? GrantId { get; init; }

        public GrantKind? GrantKind { get; init; }

        public string? Description { get; init; }

        public string? Actor { get; init; }

        public string? Reference { get; init; }
    }
}
