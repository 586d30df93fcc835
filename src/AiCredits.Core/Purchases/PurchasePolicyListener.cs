using AiCredits.Events;
using AiCredits.Ledger;

namespace AiCredits.Purchases;

/// <summary>Carries out what the policy says about an account, at least once and with one effect.</summary>
internal sealed class PurchasePolicyListener(IPurchasePolicy policy, IPurchaseStore purchases, ICreditStore ledger) : ICreditEventListener
{
    public async ValueTask HandleAsync(CreditEvent creditEvent, CancellationToken cancellationToken = default)
    {
        Guid? concerned = creditEvent switch
        {
            CreditEvent.PurchaseRefunded refunded => refunded.PurchaseId,
            CreditEvent.PurchaseDisputed disputed => disputed.PurchaseId,
            CreditEvent.PurchaseDisputeClosed closed => closed.PurchaseId,
            _ => null,
        };
        if (concerned is not { } id
            || await purchases.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } purchase
            || !await policy.ShouldFreezeAsync(purchase, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var freeze = new FreezeCommand(purchase.Account, true)
        {
            Key = $"{creditEvent.Name}/{creditEvent.Sequence}",
            Description = $"Purchase {purchase.Id}: {purchase.Status}",
            Actor = purchase.Provider,
        };
        await ledger.ExecuteAsync(freeze, cancellationToken).ConfigureAwait(false);
    }
}
