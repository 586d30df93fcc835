namespace AiCredits.Ledger;

/// <summary>
/// The figures of one account. Always: <c>Issued = Available + Held + Spent + Expired + Revoked</c>, none of them below
/// zero, and <c>Available</c> is zero while there is debt.
/// </summary>
public sealed record AccountState
{
    private static readonly byte[] NoEntry = new byte[32];

    /// <summary>The account.</summary>
    public required AccountId Account { get; init; }

    /// <summary>All credits ever granted.</summary>
    public Credits Issued { get; init; }

    /// <summary>What can be spent now.</summary>
    public Credits Available { get; init; }

    /// <summary>What is set aside for running generations.</summary>
    public Credits Held { get; init; }

    /// <summary>What generations have taken.</summary>
    public Credits Spent { get; init; }

    /// <summary>What reached its end unspent.</summary>
    public Credits Expired { get; init; }

    /// <summary>What was taken back.</summary>
    public Credits Revoked { get; init; }

    /// <summary>What was taken back after it had been spent; later credits repay it first.</summary>
    public Credits Debt { get; init; }

    /// <summary>The sequence number of the last entry; 0 before the first.</summary>
    public long Sequence { get; init; }

    /// <summary>The time of the last entry (UTC). Time never runs backwards on an account.</summary>
    public DateTime LastAt { get; init; } = DateTime.UnixEpoch;

    /// <summary>No hold or grant of the account ends before this time (UTC); null when none has an end. It may be early, never late.</summary>
    public DateTime? NextDue { get; init; }

    /// <summary>True while the account is closed to new holds.</summary>
    public bool Frozen { get; init; }

    /// <summary>True once the account has had its welcome credits.</summary>
    public bool Welcomed { get; init; }

    /// <summary>True from when the account was told to be low until it was told to have recovered.</summary>
    public bool Low { get; init; }

    /// <summary>The hash of the last entry (32 bytes), the head of the account's chain; 32 zero bytes before the first.</summary>
    public ReadOnlyMemory<byte> ChainHead { get; init; } = NoEntry;
}
