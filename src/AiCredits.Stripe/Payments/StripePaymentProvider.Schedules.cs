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

        var update = new SubscriptionScheduleUpdateOptions
        {
            EndBehavior = "release",
            ProrationBehavior = "none",
            Phases =
            [
                new SubscriptionSchedulePhaseOptions
                {
                    StartDate = running.StartDate,
                    EndDate = running.EndDate,
                    ProrationBehavior = "none",
                    Discounts = running.Discounts is { Count: > 0 } discounts ? [.. discounts.Select(one => new SubscriptionSchedulePhaseDiscountOptions { Coupon = one.CouponId, Discount = one.DiscountId, PromotionCode = one.PromotionCodeId })] : null,
                    Items = [.. running.Items.Select(one => new SubscriptionSchedulePhaseItemOptions { Price = one.PriceId, Quantity = one.Quantity })],
                },
                new SubscriptionSchedulePhaseOptions
                {
                    // One period of the new plan; then the subscription goes on by itself.
                    Duration = new SubscriptionSchedulePhaseDurationOptions { Interval = StripeSubscription.IntervalOf(change.Plan), IntervalCount = 1 },
                    ProrationBehavior = "none",
                    Description = NameOf(change.Plan),
                    Metadata = new Dictionary<string, string> { [StripeSubscription.PlanIdKey] = change.Plan.Id },
                    Items =
                    [
                        new SubscriptionSchedulePhaseItemOptions
                        {
                            Quantity = change.Seats,
                            Price = change.Plan.ProviderPriceId,
                            PriceData = change.Plan.ProviderPriceId is null ? PhasePriceOf(change.Plan, item.Price.ProductId) : null,
                        },
                    ],
                },
            ],
        };
        await AskAsync(() => schedules.UpdateAsync(schedule.Id, update, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task CancelAsync(string id, SubscriptionUpdateOptions update, CancellationToken cancellationToken)
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

    private async Task ReleaseAsync(string scheduleId, CancellationToken cancellationToken) =>
        await AskAsync(() => schedules.ReleaseAsync(scheduleId, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);

    private async Task<ProviderSubscription> ReadAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        if (!StripeId.IsSubscription(subscription.Id) || subscription.Items?.Data?.FirstOrDefault() is not { } item)
        {
            throw Unreadable();
        }

        var facts = StripeSubscription.From(subscription, item);
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
