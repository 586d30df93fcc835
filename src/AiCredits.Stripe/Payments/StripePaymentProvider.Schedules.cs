using AiCredits.Payments;
using AiCredits.Plans;
using AiCredits.Stripe.Plans;
using Stripe;
using Subscription = Stripe.Subscription;

namespace AiCredits.Stripe.Payments;

/// <content>
/// Changes that wait for the end of the period: a price of another interval would begin a period at once, so it waits in a
/// subscription schedule. Stripe lets nothing else be changed while there is one; it is released first then.
/// </content>
internal sealed partial class StripePaymentProvider
{
    private async Task ScheduleAsync(SubscriptionChange change, SubscriptionItem item, CancellationToken cancellationToken)
    {
        // Without a key: a subscription has one schedule at the most, and the one of an earlier try was released.
        var create = new SubscriptionScheduleCreateOptions { FromSubscription = change.Id };
        var schedule = await AskAsync(() => schedules.CreateAsync(create, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        if (schedule?.Phases is not [.., { Items: [_, ..] } running])
        {
            throw Unreadable();
        }

        var now = PhaseFrom(running);
        (now.StartDate, now.EndDate) = (running.StartDate, running.EndDate);
        now.Items = [.. running.Items.Select(one => new SubscriptionSchedulePhaseItemOptions { Price = one.PriceId, Quantity = one.Quantity })];
        var next = PhaseFrom(running);
        // One period of the new plan; then the subscription goes on by itself.
        next.Duration = new SubscriptionSchedulePhaseDurationOptions { Interval = StripeSubscription.IntervalOf(change.Plan), IntervalCount = 1 };
        next.BillingCycleAnchor = "phase_start";
        next.Description = NameOf(change.Plan);
        next.Metadata = new Dictionary<string, string> { [StripeSubscription.PlanIdKey] = change.Plan.Id };
        next.Items =
        [
            new SubscriptionSchedulePhaseItemOptions
            {
                Quantity = change.Seats,
                Price = change.Plan.ProviderPriceId,
                PriceData = change.Plan.ProviderPriceId is null ? PhasePriceOf(change.Plan, item.Price.ProductId) : null,
            },
        ];
        var update = new SubscriptionScheduleUpdateOptions { EndBehavior = "release", ProrationBehavior = "none", Phases = [now, next] };
        await AskAsync(() => schedules.UpdateAsync(schedule.Id, update, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    // What a phase doesn't say is not that of the phase before: the card and the discount would be the customer's.
    private SubscriptionSchedulePhaseOptions PhaseFrom(SubscriptionSchedulePhase running)
    {
        var phase = new SubscriptionSchedulePhaseOptions
        {
            ProrationBehavior = "none",
            DefaultPaymentMethod = running.DefaultPaymentMethodId,
            CollectionMethod = running.CollectionMethod,
            AutomaticTax = options.AutomaticTax ? new SubscriptionSchedulePhaseAutomaticTaxOptions { Enabled = true } : null,
        };
        if (running.DefaultTaxRates is { Count: > 0 } rates)
        {
            // Not set at all where there are none: the client sends a list that is set to null as an order to clear it.
            phase.DefaultTaxRates = [.. rates.Select(rate => rate.Id)];
        }

        if (running.Discounts is { Count: > 0 } discounts)
        {
            phase.Discounts = [.. discounts.Select(one => one.DiscountId is { } discount ? new SubscriptionSchedulePhaseDiscountOptions { Discount = discount }
                : one.PromotionCodeId is { } code ? new SubscriptionSchedulePhaseDiscountOptions { PromotionCode = code }
                : new SubscriptionSchedulePhaseDiscountOptions { Coupon = one.CouponId })];
        }

        return phase;
    }

    private async Task UpdateCancellationAsync(string id, SubscriptionUpdateOptions update, CancellationToken cancellationToken)
    {
        try
        {
            await UpdateAsync().ConfigureAwait(false);
        }
        catch (PaymentProviderException exception) when (!exception.IsTransient)
        {
            if (await AskAsync(() => subscriptions.GetAsync(id, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false) is not { ScheduleId: { } scheduleId })
            {
                throw;
            }

            // What was to come never does.
            await ReleaseAsync(scheduleId, cancellationToken).ConfigureAwait(false);
            await UpdateAsync().ConfigureAwait(false);
        }

        async Task UpdateAsync() => _ = await AskAsync(() => subscriptions.UpdateAsync(id, update, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false)
            ?? throw new PaymentProviderException($"Stripe knows no subscription {id}.");
    }

    private async Task ReleaseAsync(string scheduleId, CancellationToken cancellationToken)
    {
        if (await AskAsync(() => schedules.GetAsync(scheduleId, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false) is { } schedule && !StripeSubscription.IsOurs(schedule))
        {
            throw new PaymentProviderException($"The subscription has a schedule ({scheduleId}) that wasn't made here. Release it in Stripe's dashboard first.");
        }

        await AskAsync(() => schedules.ReleaseAsync(scheduleId, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ProviderSubscription> ReadAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        if (!StripeId.IsSubscription(subscription.Id) || subscription.Items?.Data?.FirstOrDefault() is not { } item)
        {
            throw Unreadable();
        }

        var facts = StripeSubscription.From(subscription, item);
        if (subscription.LatestInvoice is { Status: "draft" or "open" or "uncollectible" })
        {
            // The one before may have been paid late.
            facts = facts with { Invoices = await FindPaidAsync(subscription.Id, item.CurrentPeriodStart.ToUniversalTime(), cancellationToken).ConfigureAwait(false) };
        }

        return subscription.ScheduleId is { } scheduleId && await AskAsync(() => schedules.GetAsync(scheduleId, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false) is { } schedule
            ? StripeSubscription.Upcoming(facts, schedule)
            : facts;
    }

    private static SubscriptionSchedulePhaseItemPriceDataOptions PhasePriceOf(CreditPlan plan, string productId) => new()
    {
        Currency = plan.Price.Currency.ToLowerInvariant(),
        UnitAmount = Minor(plan),
        Product = productId,
        Recurring = new SubscriptionSchedulePhaseItemPriceDataRecurringOptions { Interval = StripeSubscription.IntervalOf(plan) },
    };
}
