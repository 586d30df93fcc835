using AiCredits.Ledger;
using AiCredits.Payments;

namespace AiCredits.Plans;

/// <content>From the click to the payment page.</content>
public sealed partial class SubscriptionDesk
{
    /// <summary>Keeps a subscription and opens its checkout. Asking again for the same plan goes on with the same checkout; for another plan the first checkout is ended.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<SubscribeResult> SubscribeAsync(SubscribeOrder order, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (plans.Plans.FirstOrDefault(plan => plan.Id == order.PlanId) is not { } plan)
        {
            return new SubscribeResult.UnknownPlan();
        }

        var seats = order.Seats ?? plan.MinSeats;
        if (seats < plan.MinSeats || seats > plan.MaxSeats)
        {
            return new SubscribeResult.BadSeats(plan.MinSeats, plan.MaxSeats);
        }

        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var open = await subscriptions.FindOpenAsync(order.Account, cancellationToken).ConfigureAwait(false);
            if (open is not null && open.Provider != provider.Name)
            {
                // Only now that another one is wanted: an app that is started with the wrong settings must end nothing.
                open = await RetireAsync(open, cancellationToken).ConfigureAwait(false);
            }
            else if (open is { State: SubscriptionState.Pending })
            {
                open = await GiveUpOtherCheckoutAsync(open, plan, seats, cancellationToken).ConfigureAwait(false);
            }

            if (open is { State: not SubscriptionState.Pending, IsOpen: true })
            {
                return new SubscribeResult.AlreadySubscribed(open);
            }

            if (open is not { IsOpen: true })
            {
                open = await AddAsync(order.Account, plan, seats, cancellationToken).ConfigureAwait(false);
            }

            if (open is not null && await OpenCheckoutAsync(open, order, cancellationToken).ConfigureAwait(false) is { } opened)
            {
                return opened;
            }
        }

        throw Busy(order.Account.Value);
    }

    private async ValueTask<Subscription?> AddAsync(AccountId account, CreditPlan plan, int seats, CancellationToken cancellationToken)
    {
        var earlier = await subscriptions.ListAsync(account, cancellationToken).ConfigureAwait(false);
        var now = Now;
        var made = new Subscription
        {
            Id = Guid.CreateVersion7(new DateTimeOffset(now)),
            Account = account,
            Provider = provider.Name,
            Plan = plan,
            Seats = seats,
            // Once per account: whoever has had a subscription knows what he buys.
            Trial = plan.TrialDays > 0 && earlier.All(one => one.State == SubscriptionState.Abandoned),
            CreatedAt = now,
            CustomerId = earlier.Where(one => one.Provider == provider.Name).Select(one => one.CustomerId).FirstOrDefault(id => id is not null),
            DueAt = now.AddMinutes(2),
        };
        return await subscriptions.SaveAsync(made, [], cancellationToken).ConfigureAwait(false) ? made with { Version = 1 } : null;
    }

    private async ValueTask<Subscription> RetireAsync(Subscription open, CancellationToken cancellationToken)
    {
        var retired = SubscriptionRules.Retire(open, Grace, Now);
        return retired == open || await subscriptions.SaveAsync(retired with { DueAt = Now }, [], cancellationToken).ConfigureAwait(false) ? retired : open;
    }

    // A checkout that is still open for another plan could be paid too: it ends before another one opens.
    private async ValueTask<Subscription?> GiveUpOtherCheckoutAsync(Subscription open, CreditPlan plan, int seats, CancellationToken cancellationToken)
    {
        if (open.Provider == provider.Name && open.CheckoutId is { } checkoutId && (open.Plan != plan || open.Seats != seats))
        {
            await provider.EndCheckoutAsync(checkoutId, cancellationToken).ConfigureAwait(false);
        }

        var current = await ConfirmAsync(open.Id, cancellationToken).ConfigureAwait(false);
        if (current is { State: SubscriptionState.Pending, CheckoutId: null } && (current.Plan != plan || current.Seats != seats))
        {
            var abandoned = current with { State = SubscriptionState.Abandoned, EndedAt = Now, DueAt = null };
            return await subscriptions.SaveAsync(abandoned, [], cancellationToken).ConfigureAwait(false) ? abandoned : current;
        }

        return current;
    }

    private async ValueTask<SubscribeResult?> OpenCheckoutAsync(Subscription subscription, SubscribeOrder order, CancellationToken cancellationToken)
    {
        if (subscription.CheckoutUrl is { } known)
        {
            return new SubscribeResult.Opened(subscription, known);
        }

        var session = await provider.CreateSubscriptionCheckoutAsync(
            new SubscriptionCheckoutRequest
            {
                SubscriptionId = subscription.Id,
                Plan = subscription.Plan,
                Seats = subscription.Seats,
                TrialDays = subscription.Trial ? subscription.Plan.TrialDays : 0,
                SuccessUrl = order.ReturnUrl(subscription.Id, true),
                CancelUrl = order.ReturnUrl(subscription.Id, false),
                Email = order.Email,
                CustomerId = subscription.CustomerId,
            },
            cancellationToken).ConfigureAwait(false);
        var opened = subscription with { CheckoutId = session.Id, CheckoutUrl = session.Url };
        return await subscriptions.SaveAsync(opened, [], cancellationToken).ConfigureAwait(false)
            ? new SubscribeResult.Opened(opened with { Version = opened.Version + 1 }, session.Url)
            : null;
    }
}
