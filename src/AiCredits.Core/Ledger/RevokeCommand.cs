namespace AiCredits.Ledger;

/// <summary>Takes back credits of one grant. Needs a <see cref="LedgerCommand.Key"/>. What is spent or held of it becomes debt when <see cref="ToDebt"/> says so.</summary>
/// <param name="Account">The account.</param>
/// <param name="GrantId">The grant.</param>
/// <param name="Amount">How much; null for all that is available of it. Never more than was granted and not yet revoked or expired.</param>
public sealed record RevokeCommand(AccountId Account, long GrantId, Credits? Amount)
    : LedgerCommand<RevokeResult>(Account)
{
    /// <summary>True to record as debt what is no longer available of the grant; false to take only what is there.</summary>
    public bool ToDebt { get; init; }

    /// <summary>Why, for the history.</summary>
    public string? Description { get; init; }

    /// <summary>Who took them back.</summary>
    public string? Actor { get; init; }

    /// <summary>Where it came from: a refund id, a dispute id.</summary>
    public string? Reference { get; init; }

    /// <inheritdoc />
    public override long? ConcernedGrant => GrantId;

    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        EnsureKey();
        if (Amount is { } amount)
        {
            EnsureAmount(amount, "amount to revoke");
        }

        Text.EnsureFreeText(Description, MaxTextLength, "description");
        Text.EnsureFreeText(Actor, MaxTextLength, "actor");
        Text.EnsureFreeText(Reference, MaxTextLength, "reference");
    }

    internal override long HashRequest() => new RequestHash(EntryKind.Revoke).Add(GrantId).Add(Amount ?? Credits.FromMillionths(-1)).Add(ToDebt ? 1 : 0).Add(Reference).Value;
}
