namespace AiCredits.Ledger;

/// <summary>Gives back the credits that a finished generation was charged, to the grants that paid. Once per generation; needs a <see cref="LedgerCommand.Key"/>.</summary>
/// <param name="Account">The account.</param>
/// <param name="HoldId">The generation.</param>
public sealed record RefundCommand(AccountId Account, Guid HoldId)
    : LedgerCommand<RefundResult>(Account)
{
    /// <summary>Why, for the history.</summary>
    public string? Description { get; init; }

    /// <summary>Who gave them back.</summary>
    public string? Actor { get; init; }

    /// <inheritdoc />
    public override Guid? ConcernedHold => HoldId;

    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        EnsureKey();
        Text.EnsureFreeText(Description, MaxTextLength, "description");
        Text.EnsureFreeText(Actor, MaxTextLength, "actor");
    }

    internal override long HashRequest() => new RequestHash(EntryKind.Refund).Add(HoldId).Value;
}
