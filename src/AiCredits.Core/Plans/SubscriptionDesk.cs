using AiCredits.Events;
using AiCredits.Ledger;
using AiCredits.Payments;
using AiCredits.Purchases;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Plans;

/// <summary>
/// Sells plans: opens the checkout of a subscription, and from then on grants what the provider's facts imply. Webhooks, the
/// return page, the reconciliation and a generation that finds too few credits all come to the same rules.
/// </summary>
/// <remarks>
/// Thread-safe; any number of instances may look at the same subscription at once. What is to be granted is kept before it
/// is granted and has a key of its own, so a crash between any two steps heals with the next look.
/// </remarks>
public sealed partial class SubscriptionDesk
{
    private const int Attempts = 20;
    private readonly ISubscriptionProvider provider;
    private readonly ISubscriptionStore subscriptions;
    private readonly IPurchaseStore purchases;
    private readonly PurchaseDesk purchaseDesk;
    private readonly ICreditStore ledger;
    private readonly IPlanCatalog plans;
    private readonly IOptionsMonitor<AiCreditsOptions> options;
    private readonly TimeProvider clock;
    private readonly ILogger<SubscriptionDesk> logger;

    internal SubscriptionDesk(
        ISubscriptionProvider provider,
        ISubscriptionStore subscriptions,
        IPurchaseStore purchases,
        PurchaseDesk purchaseDesk,
        ICreditStore ledger,
        IPlanCatalog plans,
        IOptionsMonitor<AiCreditsOptions> options,
        TimeProvider clock,
        ILogger<SubscriptionDesk> logger)
    {
        this.provider = provider;
        this.subscriptions = subscriptions;
        this.purchases = purchases;
        this.purchaseDesk = purchaseDesk;
        this.ledger = ledger;
        this.plans = plans;
        this.options = options;
        this.clock = clock;
        this.logger = logger;
    }

    private TimeSpan Grace => options.CurrentValue.PlanGrace;

    private DateTime Now => UtcMicroseconds.Now(clock);

    /// <summary>The account's open subscription as it is kept; null when it has none.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public ValueTask<Subscription?> FindAsync(AccountId account, CancellationToken cancellationToken = default) => subscriptions.FindOpenAsync(account, cancellationToken);

    /// <summary>
    /// Asks the provider how a subscription stands and does what follows from it. Doing it again, at any time and from
    /// anywhere, changes nothing more. Null when there is no such subscription.
    /// </summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, refuses, or answers nonsense.</exception>
    /// <exception cref="LedgerUnavailableException">The ledger or the store can't be reached; what was begun goes on with the next call.</exception>
    public async ValueTask<Subscription?> ConfirmAsync(Guid subscriptionId, CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            // The facts are read after the subscription: since every save is fenced by the version that was read, none is
            // made of facts that are older than those of the save before.
            if (await subscriptions.FindAsync(subscriptionId, cancellationToken).ConfigureAwait(false) is not { } kept)
            {
                return null;
            }

            var next = kept;
            if (kept.IsOpen && kept.Provider == provider.Name)
            {
                next = await AskAsync(kept, cancellationToken).ConfigureAwait(false);
            }

            if (await BringUpToDateAsync(kept, next, cancellationToken).ConfigureAwait(false) is { } settled)
            {
                await ConfirmPurchasesAsync(kept, settled, cancellationToken).ConfigureAwait(false);
                return settled;
            }
        }

        throw Busy(subscriptionId.ToString());
    }

    /// <summary>Does what follows from an event of the provider. Null when it is about a subscription that is none of ours, which is no fault: the provider may serve other products.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, refuses, or answers nonsense.</exception>
    /// <exception cref="LedgerUnavailableException">The ledger or the store can't be reached.</exception>
    public async ValueTask<Subscription?> HandleAsync(SubscriptionEvent subscriptionEvent, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscriptionEvent);
        var kept = await subscriptions.FindByProviderIdAsync(provider.Name, subscriptionEvent.SubscriptionId, cancellationToken).ConfigureAwait(false);
        if (kept is null)
        {
            // Its checkout is known, but the subscription that came of it is not yet; or it belongs to another product.
            var facts = await provider.FindSubscriptionAsync(subscriptionEvent.SubscriptionId, cancellationToken).ConfigureAwait(false);
            kept = facts?.SubscriptionId is { } id ? await subscriptions.FindAsync(id, cancellationToken).ConfigureAwait(false) : null;
            if (kept is null || kept.Provider != provider.Name || (kept.ProviderId is not null && kept.ProviderId != facts!.Id))
            {
                ForeignSubscription(subscriptionEvent.Type, subscriptionEvent.Id);
                return null;
            }

            if (kept is { ProviderId: null, IsOpen: true })
            {
                // A crash before the checkout's id was kept must not hide the subscription that was paid.
                await subscriptions.SaveAsync(kept with { ProviderId = facts!.Id }, [], cancellationToken).ConfigureAwait(false);
            }
        }

        return await ConfirmAsync(kept.Id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks at everything that is due, and says at how many.</summary>
    internal async ValueTask<int> SweepAsync(int max, CancellationToken cancellationToken)
    {
        var due = await subscriptions.ListDueAsync(Now, max, cancellationToken).ConfigureAwait(false);
        foreach (var subscription in due)
        {
            try
            {
                await ConfirmAsync(subscription.Id, cancellationToken).ConfigureAwait(false);
            }
            catch (LedgerInvariantException exception)
            {
                // The others must not wait for one that doesn't add up.
                Contradiction(subscription.Id, exception);
                await subscriptions.SaveAsync(subscription with { DueAt = Now.AddHours(1) }, [], cancellationToken).ConfigureAwait(false);
            }
            catch (PaymentProviderException exception)
            {
                // What is known is enough for the refills of a period that is paid.
                NotConfirmed(subscription.Id, exception);
                await BringUpToDateAsync(subscription, subscription with { DueAt = Now.AddMinutes(5) }, cancellationToken, keepDue: true).ConfigureAwait(false);
            }
        }

        return due.Count;
    }

    private async ValueTask<Subscription> AskAsync(Subscription kept, CancellationToken cancellationToken)
    {
        var facts = (kept.ProviderId ?? kept.CheckoutId) is { } id ? await provider.FindSubscriptionAsync(id, cancellationToken).ConfigureAwait(false) : null;
        if (facts is null)
        {
            // A checkout that was never opened, or that the provider has forgotten.
            return kept.State == SubscriptionState.Pending && Now - kept.CreatedAt > TimeSpan.FromDays(2)
                ? kept with { State = SubscriptionState.Abandoned, EndedAt = Now }
                : kept;
        }

        if (facts.Id is not null && kept.ProviderId is not null && facts.Id != kept.ProviderId)
        {
            throw new PaymentProviderException($"The provider answers with subscription {facts.Id} in place of {kept.ProviderId}.");
        }

        var plan = (facts.PriceId is { } price ? plans.FindByPrice(price) : null) ?? (facts.PlanId is { } planId ? plans.Find(planId) : null);
        if (plan is null && facts.Id is not null)
        {
            UnknownPlan(kept.Id, facts.PlanId ?? facts.PriceId ?? "");
        }

        var next = await NoteInvoicesAsync(SubscriptionRules.Observe(kept, facts, plan, Now), facts, cancellationToken).ConfigureAwait(false);
        if (next.State == SubscriptionState.Ended)
        {
            await EndPurchasesAsync(next, cancellationToken).ConfigureAwait(false);
        }

        return next;
    }

    private IReadOnlyList<CreditEvent> EventsOf(Subscription before, Subscription after) =>
        after.State == before.State && after.Plan == before.Plan && after.NextPlan == before.NextPlan && after.Seats == before.Seats && after.NextSeats == before.NextSeats && after.CancelAtPeriodEnd == before.CancelAtPeriodEnd && after.PeriodStart == before.PeriodStart
            ? []
            : [new CreditEvent.SubscriptionChanged(after.Account, EventSequence.Of(after.Id, after.Version + 1), Now, after.Id, after.Plan.Id, after.State)
            {
                NextPlanId = after.NextPlan?.Id,
                Seats = after.Seats,
                PeriodEnd = after.PeriodEnd,
                CancelAtPeriodEnd = after.CancelAtPeriodEnd,
            }];

    private static LedgerUnavailableException Busy(string what) => new($"The subscription of {what} was changed {Attempts} times while it was looked at. Try again.");

    [LoggerMessage(1060, LogLevel.Debug, "The event {EventType} ({EventId}) is about a subscription that is none of ours.")]
    private partial void ForeignSubscription(string eventType, string eventId);

    [LoggerMessage(1061, LogLevel.Warning, "The payment provider didn't say how subscription {SubscriptionId} stands. It is asked again.")]
    private partial void NotConfirmed(Guid subscriptionId, Exception exception);

    [LoggerMessage(1064, LogLevel.Critical, "The ledger and subscription {SubscriptionId} contradict each other. It is looked at again in an hour; run the integrity check.")]
    private partial void Contradiction(Guid subscriptionId, Exception exception);

    [LoggerMessage(1062, LogLevel.Error, "Subscription {SubscriptionId} is on '{Plan}' at the provider, which is no plan here. It keeps the plan it had. Add it to AiCredits:Plans, or set ProviderPriceId.")]
    private partial void UnknownPlan(Guid subscriptionId, string plan);
}
