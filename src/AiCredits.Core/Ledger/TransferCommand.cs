namespace AiCredits.Ledger;

/// <summary>
/// The first half of a transfer: credits leave an account, in burn order, and wait as a <see cref="PendingTransfer"/> for
/// <see cref="ReceiveCommand"/>. Use <c>CreditTransfers</c>, which sees both through. The transfer's id is its key.
/// Welcome credits stay where they are, or many sign-ups would fill one account.
/// </summary>
public sealed record TransferCommand : LedgerCommand<TransferResult>
{
    /// <summary>Makes the command.</summary>
    /// <param name="account">The account that the credits leave.</param>
    /// <param name="transferId">The transfer; time-ordered (version 7).</param>
    /// <param name="to">The account that they are for.</param>
    /// <param name="amount">How much.</param>
    public TransferCommand(AccountId account, Guid transferId, AccountId to, Credits amount)
        : base(account)
    {
        (TransferId, To, Amount) = (transferId, to, amount);
        Key = KeyOf(transferId);
    }

    /// <summary>The transfer.</summary>
    public Guid TransferId { get; }

    /// <summary>The account that the credits are for.</summary>
    public AccountId To { get; }

    /// <summary>How much.</summary>
    public Credits Amount { get; }

    /// <summary>A line for the history.</summary>
    public string? Description { get; init; }

    /// <summary>Who moved them.</summary>
    public string? Actor { get; init; }

    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        EnsureAmount(Amount, "amount to transfer");
        if (TransferId == Guid.Empty || Key != KeyOf(TransferId))
        {
            throw new ArgumentException("The transfer has no id, or a key of its own. Make an id with Guid.CreateVersion7() and leave Key alone.");
        }

        if (To.IsDefault || To == Account)
        {
            throw new ArgumentException("The transfer needs another account to go to. Set To.");
        }

        Text.EnsureFreeText(Description, MaxTextLength, "description");
        Text.EnsureFreeText(Actor, MaxTextLength, "actor");
    }

    /// <summary>The key of the entry with which a transfer leaves.</summary>
    internal static string KeyOf(Guid transferId) => $"transfer-out:{transferId}";

    internal override long HashRequest() => new RequestHash(EntryKind.Transfer).Add(TransferId).Add(To.Value).Add(Amount).Value;
}
