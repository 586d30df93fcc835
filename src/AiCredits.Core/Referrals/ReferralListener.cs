using AiCredits.Events;

namespace AiCredits.Referrals;

/// <summary>Tells the programme of purchases that were delivered and of those that were refunded in full.</summary>
internal sealed class ReferralListener(ReferralProgramme referrals) : ICreditEventListener
{
    public ValueTask HandleAsync(CreditEvent creditEvent, CancellationToken cancellationToken = default) => creditEvent switch
    {
        CreditEvent.PurchaseCompleted bought => referrals.PurchaseDeliveredAsync(bought.Account, bought.PurchaseId, bought.At, cancellationToken),
        CreditEvent.PurchaseRefunded refunded when refunded.Refunded.Amount >= refunded.Total.Amount => referrals.PurchaseRefundedAsync(refunded.Account, refunded.PurchaseId, refunded.At, cancellationToken),
        CreditEvent.PurchaseDisputeClosed { Won: false } lost when lost.Lost.Amount >= lost.Total.Amount => referrals.PurchaseRefundedAsync(lost.Account, lost.PurchaseId, lost.At, cancellationToken),
        _ => default,
    };
}
