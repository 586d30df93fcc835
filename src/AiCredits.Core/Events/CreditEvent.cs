using AiCredits.Ledger;

namespace AiCredits.Events;

/// <summary>
/// Something that happened on an account, told after it was committed. Delivered at least once: listeners that must act
/// once keep <see cref="Id"/>.
/// </summary>
/// <param name="Account">The account.</param>
/// <param name="Sequence">The sequence number of the entry that caused it.</param>
/// <param name="At">When it happened (UTC).</param>
public abstract record CreditEvent(AccountId Account, long Sequence, DateTime At)
{
    /// <summary>What happened, in lower-case words with underscores: <c>balance_low</c>. Stable.</summary>
    public abstract string Name { get; }

    /// <summary>The same for every delivery of this event, and of no other event.</summary>
    public string Id => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Account}/{Sequence}/{Name}");

    /// <summary>What the account owns (available and held) fell below <see cref="AiCreditsOptions.LowBalance"/>. Once per crossing.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Sequence">The entry.</param>
    /// <param name="At">When (UTC).</param>
    /// <param name="Balance">What it owns now.</param>
    /// <param name="Threshold">The level it fell below.</param>
    public sealed record BalanceLow(AccountId Account, long Sequence, DateTime At, Credits Balance, Credits Threshold) : CreditEvent(Account, Sequence, At)
    {
        /// <inheritdoc />
        public override string Name => "balance_low";
    }

    /// <summary>What the account owns is back at <see cref="AiCreditsOptions.LowBalance"/> or above. Once per crossing.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Sequence">The entry.</param>
    /// <param name="At">When (UTC).</param>
    /// <param name="Balance">What it owns now.</param>
    public sealed record BalanceRecovered(AccountId Account, long Sequence, DateTime At, Credits Balance) : CreditEvent(Account, Sequence, At)
    {
        /// <inheritdoc />
        public override string Name => "balance_recovered";
    }

    /// <summary>The account owns nothing any more.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Sequence">The entry.</param>
    /// <param name="At">When (UTC).</param>
    public sealed record BalanceDepleted(AccountId Account, long Sequence, DateTime At) : CreditEvent(Account, Sequence, At)
    {
        /// <inheritdoc />
        public override string Name => "balance_depleted";
    }

    /// <summary>Credits were granted.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Sequence">The entry.</param>
    /// <param name="At">When (UTC).</param>
    /// <param name="GrantId">The grant.</param>
    /// <param name="Kind">Where they come from.</param>
    /// <param name="Amount">How much.</param>
    /// <param name="ExpiresAt">When they expire (UTC); null for never.</param>
    public sealed record CreditsGranted(AccountId Account, long Sequence, DateTime At, long GrantId, GrantKind Kind, Credits Amount, DateTime? ExpiresAt) : CreditEvent(Account, Sequence, At)
    {
        /// <inheritdoc />
        public override string Name => "credits_granted";
    }

    /// <summary>Credits expired unspent.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Sequence">The entry.</param>
    /// <param name="At">When (UTC).</param>
    /// <param name="GrantId">The grant.</param>
    /// <param name="Amount">How much.</param>
    public sealed record CreditsExpired(AccountId Account, long Sequence, DateTime At, long GrantId, Credits Amount) : CreditEvent(Account, Sequence, At)
    {
        /// <inheritdoc />
        public override string Name => "credits_expired";
    }

    /// <summary>A hold ended by itself: nobody settled its generation in time.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Sequence">The entry.</param>
    /// <param name="At">When (UTC).</param>
    /// <param name="GenerationId">The generation.</param>
    /// <param name="Charged">What was taken for it.</param>
    /// <param name="Released">What went back.</param>
    public sealed record HoldExpired(AccountId Account, long Sequence, DateTime At, Guid GenerationId, Credits Charged, Credits Released) : CreditEvent(Account, Sequence, At)
    {
        /// <inheritdoc />
        public override string Name => "hold_expired";
    }
}
