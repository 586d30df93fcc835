namespace AiCredits.Ledger;

/// <summary>Gives held credits back to the grants they came from. A second settlement gets the first one's result.</summary>
/// <param name="Account">The account.</param>
/// <param name="HoldId">The hold.</param>
/// <param name="End">How the generation ended.</param>
public sealed record ReleaseCommand(AccountId Account, Guid HoldId, GenerationEnd End)
    : LedgerCommand<SettleResult>(Account)
{
    /// <summary>A line for the history.</summary>
    public string? Description { get; init; }

    /// <summary>Who settled it, where that is not the app itself.</summary>
    public string? Actor { get; init; }

    /// <inheritdoc />
    public override Guid? ConcernedHold => HoldId;

    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        SettlementText.Validate(End, Description);
        Text.EnsureFreeText(Actor, MaxTextLength, "actor");
    }

    internal override long HashRequest() => new RequestHash(EntryKind.Release).Add(HoldId).Value;
}
