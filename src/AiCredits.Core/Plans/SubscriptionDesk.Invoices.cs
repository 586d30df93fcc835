using AiCredits.Payments;
using AiCredits.Purchases;

namespace AiCredits.Plans;

/// <content>What was paid for subscriptions, as purchases: their refunds and disputes are dealt with like those of packs.</content>
public sealed partial class SubscriptionDesk
{
    /// <summary>Keeps a purchase for each invoice that was paid, before anything is granted for it.</summary>
    private async ValueTask<Subscription> NoteInvoicesAsync(Subscription subscription, ProviderSubscription facts, CancellationToken cancellationToken)
    {
        var invoices = SubscriptionRules.NewInvoices(subscription, facts);
        foreach (var invoice in invoices.Where(invoice => invoice.Total.Amount > 0))
        {
            await purchases.AddAsync(SubscriptionRules.PurchaseOf(subscription, invoice, Now), cancellationToken).ConfigureAwait(false);
        }

        return SubscriptionRules.Note(subscription, invoices);
    }

    /// <summary>Lets the purchases of new invoices come to what their payments imply.</summary>
    private async ValueTask ConfirmPurchasesAsync(Subscription before, Subscription after, CancellationToken cancellationToken)
    {
        foreach (var invoice in after.Invoices.Where(invoice => !before.Invoices.Contains(invoice)))
        {
            try
            {
                if (await purchases.FindByCheckoutAsync(after.Provider, invoice, cancellationToken).ConfigureAwait(false) is { } purchase)
                {
                    await purchaseDesk.ConfirmAsync(purchase.Id, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (PaymentProviderException exception)
            {
                // The subscription stands; the reconciliation asks again for the purchase.
                NotConfirmed(after.Id, exception);
            }
        }
    }

    /// <summary>A subscription that was ended at once has earned what was paid for it, and what it would have granted later never comes.</summary>
    private async ValueTask EndPurchasesAsync(Subscription ended, CancellationToken cancellationToken)
    {
        foreach (var invoice in ended.Invoices)
        {
            if (await purchases.FindByCheckoutAsync(ended.Provider, invoice, cancellationToken).ConfigureAwait(false) is { } known)
            {
                await ChangePurchaseAsync(known.Id, purchase => SubscriptionRules.EndEarly(purchase, ended), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private ValueTask<Purchase?> NoteGrantAsync(RefillGrant grant, long grantId, CancellationToken cancellationToken) => ChangePurchaseAsync(
        grant.PurchaseId,
        purchase => SubscriptionRules.Deliver(purchase, new PurchaseParcel(PurchasePart.Paid, grantId, grant.Amount + grant.Withheld) { Taken = grant.Withheld, ExpiresAt = grant.ExpiresAt }),
        cancellationToken);

    /// <summary>The grants of a slot, with those that its purchases have given back in it.</summary>
    private async ValueTask<IReadOnlyList<RefillParcel>> ParcelsOfAsync(RefillSlot slot, CancellationToken cancellationToken)
    {
        var parcels = slot.Parcels.ToList();
        foreach (var paid in slot.Parcels.Where(parcel => parcel.PurchaseId is not null).DistinctBy(parcel => parcel.PurchaseId))
        {
            var purchase = await FindPurchaseAsync(paid.PurchaseId, cancellationToken).ConfigureAwait(false);
            parcels.AddRange((purchase?.Fulfilment.Parcels ?? [])
                .Where(parcel => parcel.GrantId > 0 && parcel.ExpiresAt == paid.ExpiresAt && parcels.TrueForAll(known => known.GrantId != parcel.GrantId))
                .Select(parcel => new RefillParcel(parcel.GrantId, parcel.Amount, paid.ExpiresAt) { PurchaseId = paid.PurchaseId })
                .ToList());
        }

        return parcels;
    }

    // The purchase as it is kept then; null when there is none.
    private async ValueTask<Purchase?> ChangePurchaseAsync(Guid? id, Func<Purchase, Purchase> change, CancellationToken cancellationToken)
    {
        while (await FindPurchaseAsync(id, cancellationToken).ConfigureAwait(false) is { } kept)
        {
            var changed = change(kept);
            if (changed == kept)
            {
                return kept;
            }

            // Money that went back, or is about to, may mean something else for it now.
            var mustLook = kept.Refunded + kept.Disputed + kept.DisputesLost > 0;
            changed = changed with { DueAt = mustLook ? Now : kept.DueAt, Version = kept.Version + 1 };
            if (await purchases.UpdateAsync(changed, [], cancellationToken).ConfigureAwait(false))
            {
                return changed;
            }
        }

        return null;
    }

    private async ValueTask<Purchase?> FindPurchaseAsync(Guid? id, CancellationToken cancellationToken) =>
        id is { } purchaseId ? await purchases.FindAsync(purchaseId, cancellationToken).ConfigureAwait(false) : null;
}
