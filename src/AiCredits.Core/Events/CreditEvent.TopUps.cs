namespace AiCredits.Events;

/// <summary>What happened to automatic top-ups. A top-up that succeeded is told as <see cref="PurchaseCompleted"/>.</summary>
public abstract partial record CreditEvent
{
    /// <summary>An automatic top-up could not be paid: tell its owner.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Sequence">A number that no other event of the account has under this name.</param>
    /// <param name="At">When (UTC).</param>
    /// <param name="PurchaseId">The purchase that failed; empty when there was none.</param>
    /// <param name="PackId">The pack that was to be bought.</param>
    /// <param name="Reason">Why, for people.</param>
    public sealed record TopUpFailed(AccountId Account, long Sequence, DateTime At, Guid PurchaseId, string PackId, string Reason) : CreditEvent(Account, Sequence, At)
    {
        /// <inheritdoc />
        public override string Name => "top_up_failed";

        /// <summary>True when nothing more is tried until the owner does something.</summary>
        public bool NeedsOwner { get; init; }

        /// <summary>When it is tried again (UTC); null for not by itself.</summary>
        public DateTime? NextTry { get; init; }
    }
}
