namespace AiCredits.Ledger;

/// <summary>The second half of a transfer: what has left one account arrives at another, once, as grants of the same kinds.</summary>
public sealed record ReceiveCommand : LedgerCommand<ReceiveResult>
{
    /// <summary>Makes the command from what is on its way.</summary>
    public ReceiveCommand(PendingTransfer transfer)
        : base((transfer ?? throw new ArgumentNullException(nameof(transfer))).To)
    {
        Transfer = transfer;
        Key = KeyOf(transfer.Id);
    }

    /// <summary>What is on its way.</summary>
    public PendingTransfer Transfer { get; }

    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        if (Transfer.Id == Guid.Empty || Key != KeyOf(Transfer.Id) || Transfer.From.IsDefault || Transfer.Parts is not { Count: > 0 })
        {
            throw new ArgumentException("The transfer has no id, no account to come from or nothing in it, or a key of its own. Send it with CreditTransfers.");
        }

        foreach (var part in Transfer.Parts)
        {
            EnsureAmount(part.Amount, "amount of a transfer's part");
        }
    }

    /// <summary>The key of the entry with which a transfer arrives.</summary>
    internal static string KeyOf(Guid transferId) => $"transfer-in:{transferId}";

    internal override long HashRequest()
    {
        var hash = new RequestHash(EntryKind.Grant).Add(Transfer.Id).Add(Transfer.From.Value);
        foreach (var part in Transfer.Parts)
        {
            hash = hash.Add((long)part.Kind).Add(part.Amount).Add(part.Priority).Add(part.ExpiresAt);
            foreach (var model in part.Models)
            {
                hash = hash.Add(model);
            }
        }

        return hash.Value;
    }
}
