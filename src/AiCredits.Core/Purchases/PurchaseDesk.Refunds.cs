using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AiCredits.Ledger;
using AiCredits.Payments;
using Microsoft.Extensions.Logging;

namespace AiCredits.Purchases;

/// <content>Refunds that an admin orders.</content>
public sealed partial class PurchaseDesk
{
    // By then nobody waits for an answer any more.
    private static readonly TimeSpan RefundPatience = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Lets the provider give money back; the credits follow. The order is kept with the purchase before the provider is
    /// asked, so the same key refunds once whatever is repeated, and one that was broken off is finished by its key or by the
    /// reconciliation.
    /// </summary>
    /// <exception cref="ArgumentException">The amount is not more than zero, or the currency can't have it.</exception>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    /// <exception cref="LedgerUnavailableException">The ledger or the store can't be reached; repeat the order with its key.</exception>
    public async ValueTask<RefundOrderResult> RefundAsync(RefundOrder order, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        Text.EnsureIdentifier(order.Key, LedgerCommand.MaxKeyLength, "idempotency key");
        Text.EnsureFreeText(order.Reason, LedgerCommand.MaxTextLength, "reason");
        Text.EnsureFreeText(order.Actor, LedgerCommand.MaxTextLength, "actor");
        if (order.Amount <= 0)
        {
            throw new ArgumentException($"The amount to refund is {order.Amount}. Use more than zero, or leave it out for all that is left.");
        }

        var purchase = await ConfirmAsync(order.PurchaseId, cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (purchase is null)
            {
                return new RefundOrderResult.NotFound();
            }

            if (purchase.Provider != Provider.Name)
            {
                return new RefundOrderResult.OtherProvider(purchase.Provider);
            }

            if (purchase.Fulfilment.Refunds.FirstOrDefault(known => known.Key == order.Key) is { } begun)
            {
                return await RepeatAsync(purchase, begun, order, cancellationToken).ConfigureAwait(false);
            }

            var amount = order.Amount ?? purchase.Refundable;
            if (purchase.Refundable <= 0 || amount > purchase.Refundable)
            {
                return new RefundOrderResult.TooMuch(purchase.Refundable);
            }

            var refund = new OrderedRefund(order.Key, amount, UtcMicroseconds.Now(clock)) { Actor = order.Actor, Reason = order.Reason };
            var ordered = With(purchase, [.. purchase.Fulfilment.Refunds, refund]);
            if (await purchases.UpdateAsync(ordered with { DueAt = PurchaseRules.DueAt(ordered, ordered.ChangedAt) }, [], cancellationToken).ConfigureAwait(false))
            {
                RefundOrdered(purchase.Id, amount, purchase.Total!.Value.Currency, order.Actor, order.Reason);
                return await OrderAsync(purchase, refund, replayed: false, cancellationToken).ConfigureAwait(false);
            }

            purchase = await purchases.FindAsync(order.PurchaseId, cancellationToken).ConfigureAwait(false);
        }

        throw ChangedTooOften(order.PurchaseId);
    }

    private async ValueTask<RefundOrderResult> RepeatAsync(Purchase purchase, OrderedRefund begun, RefundOrder order, CancellationToken cancellationToken)
    {
        if (order.Amount is { } amount && amount != begun.Amount)
        {
            return new RefundOrderResult.KeyConflict();
        }

        if (begun.Made)
        {
            return new RefundOrderResult.Done(purchase, begun.Amount, Replayed: true);
        }

        return PurchaseRules.CanFinish(begun, UtcMicroseconds.Now(clock))
            ? await OrderAsync(purchase, begun, replayed: true, cancellationToken).ConfigureAwait(false)
            : new RefundOrderResult.Unknown(begun);
    }

    /// <summary>Finishes what was ordered and broken off, while the provider still knows its key.</summary>
    private async ValueTask FinishRefundsAsync(Purchase purchase, CancellationToken cancellationToken)
    {
        var now = UtcMicroseconds.Now(clock);
        foreach (var begun in purchase.Fulfilment.Refunds.Where(known => PurchaseRules.CanFinish(known, now) && now - known.OrderedAt >= RefundPatience))
        {
            await OrderAsync(purchase, begun, replayed: true, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<RefundOrderResult> OrderAsync(Purchase purchase, OrderedRefund refund, bool replayed, CancellationToken cancellationToken)
    {
        var request = new RefundRequest(purchase.CheckoutId!, purchase.PaymentId!, purchase.Total!.Value with { Amount = refund.Amount }, KeyOf(purchase, refund)) { Reason = refund.Reason };
        try
        {
            await Provider.RefundAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is PaymentProviderException { IsTransient: false } or ArgumentException)
        {
            // Refused for good: nothing was ordered.
            await NoteAsync(purchase.Id, refunds => refunds.Where(known => known.Key != refund.Key), cancellationToken).ConfigureAwait(false);
            throw;
        }

        await NoteAsync(purchase.Id, refunds => refunds.Select(known => known.Key == refund.Key ? known with { Made = true } : known), cancellationToken).ConfigureAwait(false);
        return new RefundOrderResult.Done((await ConfirmAsync(purchase.Id, cancellationToken).ConfigureAwait(false))!, refund.Amount, replayed);
    }

    // One for each order: what the provider has refused may be ordered anew under the same key, over another amount too.
    private static string KeyOf(Purchase purchase, OrderedRefund refund) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{purchase.Id:N}\n{refund.Key}\n{refund.OrderedAt.Ticks}"))));

    private async ValueTask NoteAsync(Guid purchaseId, Func<IReadOnlyList<OrderedRefund>, IEnumerable<OrderedRefund>> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var purchase = (await purchases.FindAsync(purchaseId, cancellationToken).ConfigureAwait(false))!;
            if (await purchases.UpdateAsync(With(purchase, [.. change(purchase.Fulfilment.Refunds)]), [], cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        throw ChangedTooOften(purchaseId);
    }

    private Purchase With(Purchase purchase, IReadOnlyList<OrderedRefund> refunds) => purchase with
    {
        Fulfilment = purchase.Fulfilment with { Refunds = refunds },
        ChangedAt = UtcMicroseconds.Now(clock),
        Version = purchase.Version + 1,
    };

    private static LedgerUnavailableException ChangedTooOften(Guid purchaseId) =>
        new($"Purchase {purchaseId} was changed {Attempts} times while it was looked at. Try again.");

    [LoggerMessage(1054, LogLevel.Information, "A refund of {Amount} {Currency} of purchase {PurchaseId} was ordered by {Actor}: {Reason}")]
    private partial void RefundOrdered(Guid purchaseId, decimal amount, string currency, string? actor, string? reason);
}
