using AiCredits.Payments;

namespace AiCredits.Plans;

/// <summary>Money that was paid for a subscription. What becomes of it is asked with <see cref="IPaymentProvider.FindPaymentAsync"/> by its id.</summary>
/// <param name="Id">The provider's id of the invoice.</param>
/// <param name="Total">What was paid in all, with taxes; zero where a credit or a promotion has covered it.</param>
/// <param name="CreatedAt">When it was written (UTC). Never changes.</param>
/// <param name="IsPeriod">True when it pays for a period, false for what was paid beside that: the difference to a higher plan.</param>
public sealed record ProviderInvoice(string Id, Money Total, DateTime CreatedAt, bool IsPeriod)
{
    /// <summary>The end of what it pays for (UTC); null when it is for no stretch of time.</summary>
    public DateTime? PaysUntil { get; init; }
}
