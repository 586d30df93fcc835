namespace AiCredits.Ledger;

/// <summary>Gives an open hold a new lease from now on, for long work. Never shortens it.</summary>
/// <param name="Account">The account.</param>
/// <param name="HoldId">The hold.</param>
/// <param name="Lease">How long from now; at most <see cref="HoldCommand.MaxLease"/>.</param>
public sealed record RenewCommand(AccountId Account, Guid HoldId, TimeSpan Lease)
    : LedgerCommand<RenewResult>(Account)
{
    /// <inheritdoc />
    public override Guid? ConcernedHold => HoldId;

    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        if (Lease <= TimeSpan.Zero || Lease > HoldCommand.MaxLease)
        {
            throw new ArgumentException($"The lease is {Lease}. Use more than zero and at most {HoldCommand.MaxLease.TotalDays:0} days.");
        }
    }

    internal override long HashRequest() => new RequestHash(EntryKind.Renew).Add(HoldId).Add(Lease.Ticks).Value;
}
