namespace AiCredits.Ledger;

/// <summary>Closes an account to new holds, or opens it again. What is held already can still be settled. Needs a <see cref="LedgerCommand.Key"/>.</summary>
/// <param name="Account">The account.</param>
/// <param name="Frozen">True to close it.</param>
public sealed record FreezeCommand(AccountId Account, bool Frozen)
    : LedgerCommand<FreezeResult>(Account)
{
    /// <summary>Why, for the history.</summary>
    public string? Description { get; init; }

    /// <summary>Who did it.</summary>
    public string? Actor { get; init; }

    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        EnsureKey();
        Text.EnsureFreeText(Description, MaxTextLength, "description");
        Text.EnsureFreeText(Actor, MaxTextLength, "actor");
    }

    internal override long HashRequest() => new RequestHash(EntryKind.Freeze).Add(Frozen ? 1 : 0).Value;
}
