namespace AiCredits.Ledger;

/// <summary>
/// Takes held credits; what is not taken goes back to the grants it came from. Final unless <see cref="Final"/> is false.
/// A hold is settled once: a second settlement gets the first one's result.
/// </summary>
/// <param name="Account">The account.</param>
/// <param name="HoldId">The hold.</param>
/// <param name="Amount">How much to take; null for all that is held.</param>
/// <param name="End">How the generation ended.</param>
public sealed record CaptureCommand(AccountId Account, Guid HoldId, Credits? Amount, GenerationEnd End)
    : LedgerCommand<SettleResult>(Account)
{
    /// <summary>False to leave the rest of the hold open for further captures; needs a <see cref="LedgerCommand.Key"/> of its own.</summary>
    public bool Final { get; init; } = true;

    /// <summary>What to do when more is to be taken than is held.</summary>
    public OverrunPolicy Overrun { get; init; }

    /// <summary>False to refuse when the hold has ended by itself; by default the amount is then charged, if the account can pay.</summary>
    public bool ChargeWhenExpired { get; init; } = true;

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
        if (Amount is { } amount)
        {
            EnsureAmount(amount, "amount to capture");
        }

        if (!Enum.IsDefined(Overrun))
        {
            throw new ArgumentException($"{(int)Overrun} is no policy for a capture of more than is held. Use a member of OverrunPolicy.");
        }

        if (!Final)
        {
            EnsureKey();
            if (Amount is null)
            {
                throw new ArgumentException("A capture that leaves the hold open needs an amount. Set Amount, or leave Final true to take all.");
            }
        }

        SettlementText.Validate(End, Description);
        Text.EnsureFreeText(Actor, MaxTextLength, "actor");
    }

    internal override long HashRequest() => new RequestHash(EntryKind.Capture).Add(HoldId).Add(Amount ?? Credits.FromMillionths(-1)).Add(Final ? 1 : 0).Add((long)Overrun).Value;
}
