using AiCredits.Events;
using AiCredits.Ledger;
using AiCredits.Payments;
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
    private readonly ICreditStore ledger;
    private readonly IPlanCatalog plans;
    private readonly IOptionsMonitor<AiCreditsOptions> options;
    private readonly TimeProvider clock;
    private readonly ILogger<SubscriptionDesk> logger;

    internal SubscriptionDesk(
        ISubscriptionProvider provider,
        ISubscriptionStore subscriptions,
        ICreditStore ledger,
        IPlanCatalog plans,
        IOptionsMonitor<AiCreditsOptions> options,
        TimeProvider clock,
        ILogger<SubscriptionDesk> logger)
    {
        this.provider = provider;
        this.subscriptions = subscriptions;
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

    /// <summary>Puts the account on another plan or number of seats: more at once, billed by the day; less from the next period on.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses, since the payment is declined for instance; nothing changed then.</exception>
    /// <exception cref="LedgerUnavailableException">The ledger or the store can't be reached.</exception>
    public async ValueTask<PlanChangeResult> ChangeAsync(AccountId account, string planId, int? seats = null, CancellationToken cancellationToken = default)
    {
        if (plans.Plans.FirstOrDefault(plan => plan.Id == planId) is not { } target)
        {
            return new PlanChangeResult.UnknownPlan();
        }

        if (await FindInForceAsync(account, cancellationToken).ConfigureAwait(false) is not { ProviderId: { } providerId } current)
        {
            return new PlanChangeResult.NotSubscribed();
        }

        var wanted = seats ?? Math.Clamp(current.Seats, target.MinSeats, target.MaxSeats);
        if (wanted < target.MinSeats || wanted > target.MaxSeats)
        {
            return new PlanChangeResult.BadSeats(target.MinSeats, target.MaxSeats);
        }

        if (current.State is not (SubscriptionState.Active or SubscriptionState.Trialing))
        {
            return new PlanChangeResult.NotPossible(current.State == SubscriptionState.PastDue ? "The last payment failed. Correct the payment method first." : "The subscription is paused. Resume it first.");
        }

        if (current.State == SubscriptionState.Active && current.PaidThrough <= current.PeriodStart)
        {
            return new PlanChangeResult.NotPossible("The renewal is being paid. Try again in an hour or so.");
        }

        if (target.Id == current.Plan.Id && wanted == current.Seats && current.NextPlan is null)
        {
            return new PlanChangeResult.Done(current);
        }

        if (target.Interval < current.Plan.Interval)
        {
            return new PlanChangeResult.NotPossible("A yearly plan can't become a monthly one while its year runs. Cancel it, and subscribe to the other plan when the year is over.");
        }

        var isMore = SubscriptionRules.IsMore(current.Plan, target) && wanted >= current.Seats;
        // A key for each call: what the provider refused before, for want of money for instance, it may do now.
        var key = Guid.CreateVersion7(new DateTimeOffset(Now)).ToString("N");
        await provider.ChangeSubscriptionAsync(new SubscriptionChange(providerId, target, wanted, isMore || target.Interval > current.Plan.Interval, key), cancellationToken).ConfigureAwait(false);
        return new PlanChangeResult.Done((await ConfirmAsync(current.Id, cancellationToken).ConfigureAwait(false))!);
    }

    /// <summary>Lets the account's subscription end with its period; what was granted can be used until then.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    /// <exception cref="LedgerUnavailableException">The ledger or the store can't be reached.</exception>
    public ValueTask<PlanChangeResult> CancelAsync(AccountId account, CancellationToken cancellationToken = default) => SetCancelAsync(account, cancel: true, cancellationToken);

    /// <summary>Lets a subscription go on that was cancelled and has not ended yet.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    /// <exception cref="LedgerUnavailableException">The ledger or the store can't be reached.</exception>
    public ValueTask<PlanChangeResult> ReactivateAsync(AccountId account, CancellationToken cancellationToken = default) => SetCancelAsync(account, cancel: false, cancellationToken);

    /// <summary>Grants what the account's subscription owes it by now, from what is kept, without asking the provider.</summary>
    internal async ValueTask<RefillAnswer> RefillAsync(AccountId account, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts && options.CurrentValue.Plans.Count > 0; attempt++)
        {
            if (await subscriptions.FindOpenAsync(account, cancellationToken).ConfigureAwait(false) is not { State: not SubscriptionState.Pending } kept)
            {
                return default;
            }

            var version = kept.Version;
            if (await BringUpToDateAsync(kept, kept, cancellationToken).ConfigureAwait(false) is { } current)
            {
                var slot = SubscriptionRules.SlotAt(current, Grace, Now);
                return slot is { IsFairUse: true }
                    ? new RefillAnswer(current.Version > version, slot.Level, slot.End)
                    : new RefillAnswer(current.Version > version, null, null);
            }
        }

        return options.CurrentValue.Plans.Count == 0 ? default : throw Busy(account.Value);
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

        return SubscriptionRules.Observe(kept, facts, plan, Now);
    }

    // Null when somebody else has changed the subscription meanwhile.
    private async ValueTask<Subscription?> BringUpToDateAsync(Subscription kept, Subscription next, CancellationToken cancellationToken, bool keepDue = false)
    {
        var changed = false;
        while (true)
        {
            if (next.Pending.Count > 0 && next.Pending == kept.Pending)
            {
                next = await CarryOutAsync(next, cancellationToken).ConfigureAwait(false);
            }
            else if (next.Pending.Count == 0 && await DecideAsync(kept, next, cancellationToken).ConfigureAwait(false) is var decided && decided != next)
            {
                next = decided;
            }

            var isQuiet = next with { DueAt = kept.DueAt } == kept;
            if (!keepDue && (!isQuiet || changed || kept.DueAt is null || kept.DueAt <= Now))
            {
                next = next with { DueAt = SubscriptionRules.DueAt(next, Grace, Now) };
            }

            if (next == kept)
            {
                return kept;
            }

            if (!await subscriptions.SaveAsync(next, EventsOf(kept, next), cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            changed = true;
            kept = next = next with { Version = next.Version + 1 };
            if (isQuiet)
            {
                return kept;
            }
        }
    }

    // One step at a time, each saved before the next: what is decided here can be carried out by anybody.
    private async ValueTask<Subscription> DecideAsync(Subscription kept, Subscription next, CancellationToken cancellationToken)
    {
        var slot = next.IsOpen ? SubscriptionRules.SlotAt(next, Grace, Now) : null;
        if (next.IsOpen && slot is null)
        {
            return next;
        }

        if (slot is not null && !SubscriptionRules.IsNew(next, slot))
        {
            return SubscriptionRules.Raise(next, slot, Grace, Now);
        }

        var left = Credits.Zero;
        if (SubscriptionRules.MustClose(next, slot))
        {
            if (next.Slot is { Closing: false } open && open.Parcels.Any(parcel => parcel.ExpiresAt > Now))
            {
                return next with { Slot = open with { Closing = true } };
            }

            if (next.Slot!.Closing && kept.Slot != next.Slot)
            {
                return next;
            }

            left = await CloseAsync(next, cancellationToken).ConfigureAwait(false);
        }

        return slot is null ? next with { Slot = null } : SubscriptionRules.Open(next, slot, left, Grace);
    }

    private async ValueTask<Subscription> CarryOutAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        var parcels = new List<RefillParcel>(subscription.Slot?.Parcels ?? []);
        foreach (var grant in subscription.Pending)
        {
            var result = await ledger.ExecuteAsync(
                new GrantCommand(subscription.Account, GrantKind.Plan, grant.Amount)
                {
                    Key = grant.Key,
                    ExpiresAt = grant.ExpiresAt,
                    Priority = grant.Priority,
                    Description = grant.Description,
                    Reference = subscription.Id.ToString(),
                },
                cancellationToken).ConfigureAwait(false);
            switch (result)
            {
                case GrantResult.Granted granted:
                    parcels.Add(new RefillParcel(granted.GrantId, granted.Amount, grant.ExpiresAt));
                    break;
                case GrantResult.KeyConflict:
                    throw new LedgerInvariantException($"The key {grant.Key} of account '{subscription.Account}' belongs to another command. Keys that start with plan: are for plans.");
                default:
                    // Nobody looked until its time was over; there is nothing to grant any more.
                    break;
            }
        }

        return subscription with { Pending = [], Slot = subscription.Slot! with { Parcels = parcels } };
    }

    /// <summary>Takes back what is left of a slot and says how much that is, with what has expired of it: the same however often it is asked.</summary>
    private async ValueTask<Credits> CloseAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        var slot = subscription.Slot!;
        var left = Credits.Zero;
        if (slot.Closing)
        {
            foreach (var parcel in slot.Parcels)
            {
                var revoked = await ledger.ExecuteAsync(
                    new RevokeCommand(subscription.Account, parcel.GrantId, Amount: null)
                    {
                        Key = $"plan:{subscription.Id:N}:end:{parcel.GrantId}",
                        Description = $"{subscription.Plan.Name}: the period is over",
                        Reference = subscription.Id.ToString(),
                    },
                    cancellationToken).ConfigureAwait(false);
                left += revoked is RevokeResult.Done done ? done.Revoked : Credits.Zero;
            }
        }

        // What was due is written first, so that what has expired shows in the history.
        await ledger.ExecuteAsync(new TouchCommand(subscription.Account), cancellationToken).ConfigureAwait(false);
        var expired = new EntryQuery(subscription.Account) { Kinds = [EntryKind.Expire], From = slot.Start, Limit = 1_000 };
        IReadOnlyList<Entry> page;
        do
        {
            page = await ledger.GetEntriesAsync(expired, cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                left += slot.Parcels.Any(parcel => parcel.GrantId == entry.GrantId) ? entry.Amount : Credits.Zero;
            }

            expired = page.Count == 0 ? expired : expired with { Before = page[^1].Sequence };
        }
        while (page.Count == expired.Limit);

        return left;
    }

    private async ValueTask<PlanChangeResult> SetCancelAsync(AccountId account, bool cancel, CancellationToken cancellationToken)
    {
        if (await FindInForceAsync(account, cancellationToken).ConfigureAwait(false) is not { ProviderId: { } providerId } current)
        {
            return new PlanChangeResult.NotSubscribed();
        }

        await provider.SetCancelAtPeriodEndAsync(providerId, cancel, cancellationToken).ConfigureAwait(false);
        return new PlanChangeResult.Done((await ConfirmAsync(current.Id, cancellationToken).ConfigureAwait(false))!);
    }

    private async ValueTask<Subscription?> FindInForceAsync(AccountId account, CancellationToken cancellationToken) =>
        await subscriptions.FindOpenAsync(account, cancellationToken).ConfigureAwait(false) is { } open
        && await ConfirmAsync(open.Id, cancellationToken).ConfigureAwait(false) is { State: not SubscriptionState.Pending, IsOpen: true } current
            ? current
            : null;

    private IReadOnlyList<CreditEvent> EventsOf(Subscription before, Subscription after) =>
        after.State == before.State && after.Plan == before.Plan && after.NextPlan == before.NextPlan && after.Seats == before.Seats && after.CancelAtPeriodEnd == before.CancelAtPeriodEnd && after.PeriodStart == before.PeriodStart
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

    [LoggerMessage(1062, LogLevel.Error, "Subscription {SubscriptionId} is on '{Plan}' at the provider, which is no plan here. It keeps the plan it had. Add it to AiCredits:Plans, or set ProviderPriceId.")]
    private partial void UnknownPlan(Guid subscriptionId, string plan);
}
