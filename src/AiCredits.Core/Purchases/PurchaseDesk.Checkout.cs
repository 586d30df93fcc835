using AiCredits.Ledger;
using AiCredits.Packs;
using AiCredits.Payments;

namespace AiCredits.Purchases;

/// <content>From the click to the payment page.</content>
public sealed partial class PurchaseDesk
{
    /// <summary>Keeps a purchase of what the pack is now, then opens its checkout. With the same <see cref="CheckoutOrder.ClientKey"/> it goes on where it was broken off.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses; where that is final, the purchase has failed.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<CheckoutResult> BeginAsync(CheckoutOrder order, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (order.ClientKey is { } key)
        {
            Text.EnsureIdentifier(key, LedgerCommand.MaxKeyLength, "idempotency key");
        }

        if (packs.Packs.FirstOrDefault(pack => pack.Id == order.PackId) is not { } pack)
        {
            return new CheckoutResult.UnknownPack();
        }

        if (await policy.RefusalAsync(order.Account, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            return new CheckoutResult.Refused(refusal);
        }

        if (Provider is NoPaymentProvider)
        {
            throw new PaymentProviderException(NoPaymentProvider.Fault);
        }

        var agreed = Agree(order, pack);
        var kept = await purchases.AddAsync(agreed, cancellationToken).ConfigureAwait(false);
        if (kept.PackId != order.PackId || kept.Provider != Provider.Name)
        {
            return new CheckoutResult.KeyConflict();
        }

        if (kept.Status != PurchaseStatus.Pending)
        {
            return new CheckoutResult.Over(kept);
        }

        return kept.CheckoutUrl is { } url
            ? new CheckoutResult.Opened(kept, url)
            : await OpenAsync(kept, order, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens the provider's page of receipts and payment methods for an account; null when it has none there.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<Uri?> CreatePortalAsync(AccountId account, Uri returnUrl, CancellationToken cancellationToken = default) =>
        await purchases.FindCustomerAsync(account, Provider.Name, cancellationToken).ConfigureAwait(false) is { } customer
            ? await Provider.CreatePortalAsync(customer, returnUrl, cancellationToken).ConfigureAwait(false)
            : null;

    private Purchase Agree(CheckoutOrder order, CreditPack pack)
    {
        var now = UtcMicroseconds.Now(clock);
        return new Purchase
        {
            Id = Guid.CreateVersion7(new DateTimeOffset(now)),
            Account = order.Account,
            PackId = pack.Id,
            PackName = pack.Name,
            Price = new Money(pack.Price, pack.Currency),
            Credits = pack.Credits,
            BonusCredits = pack.BonusCredits,
            CreditsExpireAfter = options.CurrentValue.Purchases.CreditsExpireAfter,
            Provider = Provider.Name,
            ClientKey = order.ClientKey,
            CreatedAt = now,
            ChangedAt = now,
            DueAt = now.AddMinutes(2),
            Version = 1,
        };
    }

    private async ValueTask<CheckoutResult> OpenAsync(Purchase purchase, CheckoutOrder order, CancellationToken cancellationToken)
    {
        var request = new CheckoutRequest
        {
            PurchaseId = purchase.Id,
            PackId = purchase.PackId,
            Title = $"{purchase.PackName}: {purchase.Credits} credits",
            Description = purchase.BonusCredits.IsZero ? null : $"{purchase.BonusCredits} of them are a bonus",
            Price = purchase.Price,
            SuccessUrl = order.ReturnUrl(purchase.Id, true),
            CancelUrl = order.ReturnUrl(purchase.Id, false),
            Email = order.Email,
            CustomerId = await purchases.FindCustomerAsync(purchase.Account, purchase.Provider, cancellationToken).ConfigureAwait(false),
        };
        CheckoutSession session;
        try
        {
            session = await Provider.CreateCheckoutAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is PaymentProviderException { IsTransient: false } or ArgumentException)
        {
            await FailAsync(purchase, cancellationToken).ConfigureAwait(false);
            throw exception as PaymentProviderException ?? new PaymentProviderException(exception.Message, exception);
        }

        for (var kept = purchase; ;)
        {
            var opened = kept with
            {
                CheckoutId = session.Id,
                CheckoutUrl = session.Url,
                CheckoutExpiresAt = session.ExpiresAt is { } end ? UtcMicroseconds.Cut(end) : null,
                ChangedAt = UtcMicroseconds.Now(clock),
                Version = kept.Version + 1,
            };
            if (await purchases.UpdateAsync(opened, [], cancellationToken).ConfigureAwait(false))
            {
                return new CheckoutResult.Opened(opened, session.Url);
            }

            // The same click came twice, or a webhook was faster: the provider has one checkout for both.
            kept = (await purchases.FindAsync(purchase.Id, cancellationToken).ConfigureAwait(false))!;
            if (kept.CheckoutUrl is { } url)
            {
                return new CheckoutResult.Opened(kept, url);
            }

            if (kept.Status != PurchaseStatus.Pending)
            {
                return new CheckoutResult.Over(kept);
            }
        }
    }

    private async ValueTask FailAsync(Purchase purchase, CancellationToken cancellationToken)
    {
        var (failed, events) = PurchaseRules.Fail(purchase, "The payment provider refused the checkout.", UtcMicroseconds.Now(clock));
        await purchases.UpdateAsync(failed, events, cancellationToken).ConfigureAwait(false);
    }
}
