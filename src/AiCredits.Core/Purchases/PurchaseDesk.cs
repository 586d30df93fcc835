using AiCredits.Ledger;
using AiCredits.Packs;
using AiCredits.Payments;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Purchases;

/// <summary>
/// Sells packs: writes the purchase, opens the checkout, and from then on makes the ledger what the payment's facts imply:
/// delivered, taken back, given back. Webhook, return page and reconciliation all come to <see cref="ConfirmAsync(Guid, CancellationToken)"/>.
/// </summary>
/// <remarks>
/// Thread-safe; any number of instances may confirm the same purchase at once. Each step is kept before it is taken and
/// has one effect however often it is taken, so a crash between any two of them heals with the next look.
/// </remarks>
public sealed partial class PurchaseDesk
{
    private const int Attempts = 20;
    private static readonly TimeSpan LookLease = TimeSpan.FromMinutes(5);
    private readonly IPurchaseStore purchases;
    private readonly ICreditStore ledger;
    private readonly IPackCatalog packs;
    private readonly IPurchasePolicy policy;
    private readonly IOptionsMonitor<AiCreditsOptions> options;
    private readonly TimeProvider clock;
    private readonly ILogger<PurchaseDesk> logger;

    internal PurchaseDesk(
        IPaymentProvider provider,
        IPurchaseStore purchases,
        ICreditStore ledger,
        IPackCatalog packs,
        IPurchasePolicy policy,
        IOptionsMonitor<AiCreditsOptions> options,
        TimeProvider clock,
        ILogger<PurchaseDesk> logger)
    {
        Provider = provider;
        this.purchases = purchases;
        this.ledger = ledger;
        this.packs = packs;
        this.policy = policy;
        this.options = options;
        this.clock = clock;
        this.logger = logger;
    }

    /// <summary>Who takes the money.</summary>
    public IPaymentProvider Provider { get; }

    /// <summary>
    /// Asks the provider how the payment of a purchase stands and does what follows from it. Doing it again, at any time and
    /// from anywhere, changes nothing more. Null when there is no such purchase.
    /// </summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, refuses, or answers nonsense.</exception>
    /// <exception cref="LedgerUnavailableException">The ledger or the store can't be reached; what was begun goes on with the next call.</exception>
    public ValueTask<Purchase?> ConfirmAsync(Guid purchaseId, CancellationToken cancellationToken = default) =>
        ConfirmAsync(purchaseId, looked: false, null, cancellationToken);

    /// <summary>Does what follows from an event of the provider. Null when it is about a payment that belongs to no purchase, which is no fault: the provider may serve other products.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, refuses, or answers nonsense.</exception>
    /// <exception cref="LedgerUnavailableException">The ledger or the store can't be reached.</exception>
    public async ValueTask<Purchase?> HandleAsync(PaymentEvent paymentEvent, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paymentEvent);
        if (await Provider.FindPaymentAsync(paymentEvent.PaymentId, cancellationToken).ConfigureAwait(false) is not { } payment)
        {
            ForeignPayment(paymentEvent.Type, paymentEvent.Id);
            return null;
        }

        var purchase = await purchases.FindByCheckoutAsync(Provider.Name, payment.CheckoutId, cancellationToken).ConfigureAwait(false)
            ?? (payment.PurchaseId is { } claimed ? await purchases.FindAsync(claimed, cancellationToken).ConfigureAwait(false) : null);
        if (purchase is null || purchase.Provider != Provider.Name)
        {
            ForeignPayment(paymentEvent.Type, paymentEvent.Id);
            return null;
        }

        if (purchase.CheckoutId is not null && purchase.CheckoutId != payment.CheckoutId)
        {
            // Somebody has written the id of this purchase to a checkout of their own.
            ClaimedByAnother(purchase.Id, payment.CheckoutId, purchase.CheckoutId);
            return null;
        }

        if (payment.PurchaseId is { } other && other != purchase.Id)
        {
            MetadataChanged(purchase.Id, payment.CheckoutId, other);
        }

        return await ConfirmAsync(purchase.Id, looked: false, payment.CheckoutId, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Looks at no more than <paramref name="max"/> purchases whose webhook may have been lost or whose fulfilment was
    /// broken off, and says at how many. The hosted service does so by itself; safe on any number of instances at once.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">The ledger or the store can't be reached.</exception>
    public async ValueTask<int> ReconcileAsync(int max, CancellationToken cancellationToken = default)
    {
        var due = await purchases.ListDueAsync(UtcMicroseconds.Now(clock), max, cancellationToken).ConfigureAwait(false);
        foreach (var purchase in due)
        {
            // Other instances find it due as well: who writes the next version looks at it. If the look fails, it is due
            // again when the lease is over.
            var leased = purchase with { DueAt = UtcMicroseconds.Now(clock) + LookLease, Version = purchase.Version + 1 };
            if (await purchases.UpdateAsync(leased, [], cancellationToken).ConfigureAwait(false))
            {
                await LookAsync(purchase.Id, cancellationToken).ConfigureAwait(false);
            }
        }

        return due.Count;
    }

    private async ValueTask LookAsync(Guid purchaseId, CancellationToken cancellationToken)
    {
        try
        {
            if (await ConfirmAsync(purchaseId, looked: true, null, cancellationToken).ConfigureAwait(false) is { } purchase && purchase.Provider == Provider.Name)
            {
                await FinishRefundsAsync(purchase, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PaymentProviderException exception)
        {
            NotConfirmed(purchaseId, exception);
        }
        catch (LedgerInvariantException exception)
        {
            Contradiction(purchaseId, exception);
        }
    }

    /// <param name="purchaseId">The purchase.</param>
    /// <param name="looked">True for the reconciliation, which sets the time of its next look.</param>
    /// <param name="checkoutId">The checkout that an event has named, for a purchase that crashed before it had kept its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async ValueTask<Purchase?> ConfirmAsync(Guid purchaseId, bool looked, string? checkoutId, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            // The facts are read after the purchase: since every write is fenced by the version that was read, no write is
            // made of facts that are older than those of the write before.
            if (await purchases.FindAsync(purchaseId, cancellationToken).ConfigureAwait(false) is not { } purchase)
            {
                return null;
            }

            if (purchase.Provider != Provider.Name)
            {
                // Sold through a provider that isn't in use any more: only what was begun is ended.
                return await FulfilAsync(purchase, null, false, looked, cancellationToken).ConfigureAwait(false) ?? purchase;
            }

            var payment = (purchase.CheckoutId ?? checkoutId) is { } id
                ? await Provider.FindPaymentAsync(id, cancellationToken).ConfigureAwait(false)
                : null;
            EnsureSense(purchase, payment);
            if (await FulfilAsync(purchase, payment, true, looked, cancellationToken).ConfigureAwait(false) is { } settled)
            {
                return settled;
            }
        }

        throw ChangedTooOften(purchaseId);
    }

    // Null when somebody else has changed the purchase meanwhile.
    private async ValueTask<Purchase?> FulfilAsync(Purchase purchase, Payment? payment, bool asked, bool looked, CancellationToken cancellationToken)
    {
        for (var kept = purchase; ;)
        {
            var current = kept;
            if (kept.Fulfilment.Pending is { } movement)
            {
                current = PurchaseRules.Record(kept, await CarryOutAsync(kept, movement, cancellationToken).ConfigureAwait(false));
            }

            var available = await FindAvailableAsync(current, payment, cancellationToken).ConfigureAwait(false);
            var (next, events) = PurchaseRules.Decide(kept, current, payment, available, UtcMicroseconds.Now(clock), asked, looked);
            if (next.Version == kept.Version)
            {
                return kept;
            }

            if (!await purchases.UpdateAsync(next, events, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            if (next.Fault is { } fault && kept.Fault is null)
            {
                NotDelivered(next.Id, fault);
            }

            if (next.Fulfilment.Pending is null)
            {
                return next;
            }

            kept = next;
        }
    }

    private async ValueTask<LedgerResult> CarryOutAsync(Purchase purchase, PurchaseMovement movement, CancellationToken cancellationToken) =>
        PurchaseRules.CommandOf(purchase, movement) switch
        {
            GrantCommand grant => await ledger.ExecuteAsync(grant, cancellationToken).ConfigureAwait(false),
            RevokeCommand revoke => await ledger.ExecuteAsync(revoke, cancellationToken).ConfigureAwait(false),
            var command => throw new InvalidOperationException($"{command.GetType().Name} is no movement of a purchase."),
        };

    // Only a dispute that is open asks for it: it takes what is there, and no more.
    private async ValueTask<IReadOnlyDictionary<long, Credits>?> FindAvailableAsync(Purchase purchase, Payment? payment, CancellationToken cancellationToken)
    {
        if ((payment?.Disputed ?? purchase.Disputed) <= 0 || purchase.Fulfilment.Parcels.Count == 0)
        {
            return null;
        }

        var account = await ledger.GetAccountAsync(purchase.Account, cancellationToken).ConfigureAwait(false);
        return account.LiveGrants.ToDictionary(grant => grant.Id, grant => grant.Available);
    }

    private static void EnsureSense(Purchase purchase, Payment? payment)
    {
        if (payment is not null && (payment.Total.Amount < 0 || payment.Refunded < 0 || payment.Disputed < 0 || payment.DisputesLost < 0
            || (payment.Status == PaymentStatus.Paid && payment.Total.Currency is not { Length: 3 })))
        {
            throw new PaymentProviderException($"The provider's answer about the payment of purchase {purchase.Id} makes no sense: an amount is below zero, or there is no currency.") { IsTransient = true };
        }
    }

    [LoggerMessage(1050, LogLevel.Information, "The event {EventType} ({EventId}) is about a payment that belongs to no purchase of this app and is ignored.")]
    private partial void ForeignPayment(string eventType, string eventId);

    [LoggerMessage(1051, LogLevel.Warning, "Checkout {CheckoutId} claims to be for purchase {PurchaseId}, whose checkout is {OwnCheckoutId}. Nothing is delivered for it.")]
    private partial void ClaimedByAnother(Guid purchaseId, string checkoutId, string ownCheckoutId);

    [LoggerMessage(1052, LogLevel.Warning, "Checkout {CheckoutId} of purchase {PurchaseId} came back with the id {OtherId}: its metadata was changed. What counts is the purchase.")]
    private partial void MetadataChanged(Guid purchaseId, string checkoutId, Guid otherId);

    [LoggerMessage(1053, LogLevel.Error, "Purchase {PurchaseId} is paid but not delivered. {Fault} Refund it at the provider, or grant the credits by hand.")]
    private partial void NotDelivered(Guid purchaseId, string fault);

    [LoggerMessage(1057, LogLevel.Warning, "The payment provider didn't say how purchase {PurchaseId} stands. It is asked again.")]
    private partial void NotConfirmed(Guid purchaseId, Exception exception);

    [LoggerMessage(1058, LogLevel.Critical, "The ledger and purchase {PurchaseId} contradict each other. Run the integrity check.")]
    private partial void Contradiction(Guid purchaseId, Exception exception);
}
