using AiCredits.Ledger;
using AiCredits.Payments;
using Microsoft.Extensions.Logging;

namespace AiCredits.Plans;

/// <content>What a subscriber can change.</content>
public sealed partial class SubscriptionDesk
{
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

        var isPending = current.NextPlan is not null || current.NextSeats is not null;
        if (target.Id == current.Plan.Id && wanted == current.Seats && !isPending)
        {
            return new PlanChangeResult.Done(current);
        }

        if (target.Interval < current.Plan.Interval && current.CancelAtPeriodEnd)
        {
            return new PlanChangeResult.NotPossible("The subscription ends with its period. Let it go on first.");
        }

        // What doesn't go beyond what is in force is paid already.
        var isMore = target.Interval > current.Plan.Interval || SubscriptionRules.Compare(current.Plan, current.Seats, target, wanted) > 0;
        if (isMore && isPending)
        {
            // The provider bills the difference to what it has now: that must be what was paid, not what was to come.
            await provider.ChangeSubscriptionAsync(new SubscriptionChange(providerId, current.Plan, current.Seats, Now: false, NewKey()), cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await provider.ChangeSubscriptionAsync(new SubscriptionChange(providerId, target, wanted, isMore, NewKey()), cancellationToken).ConfigureAwait(false);
        }
        catch (PaymentProviderException exception) when (isMore && isPending && !exception.IsTransient)
        {
            // Declined: what was agreed for the next period is agreed still.
            await RestoreAsync(providerId, current).ConfigureAwait(false);
            throw;
        }

        return new PlanChangeResult.Done((await ConfirmAsync(current.Id, cancellationToken).ConfigureAwait(false))!);
    }

    private async ValueTask RestoreAsync(string providerId, Subscription agreed)
    {
        try
        {
            // Also for who has gone meanwhile: it would cost them the next period.
            await provider.ChangeSubscriptionAsync(new SubscriptionChange(providerId, agreed.NextPlan ?? agreed.Plan, agreed.NextSeats ?? agreed.Seats, Now: false, NewKey()), CancellationToken.None).ConfigureAwait(false);
        }
        catch (PaymentProviderException exception)
        {
            NotRestored(agreed.Id, exception);
        }
    }

    [LoggerMessage(1065, LogLevel.Error, "Subscription {SubscriptionId} could not be put back to what was agreed for its next period, after a change of it was declined. Set it at the provider.")]
    private partial void NotRestored(Guid subscriptionId, Exception exception);

    // One for each call: what the provider refused before, for want of money for instance, it may do now.
    private string NewKey() => Guid.CreateVersion7(new DateTimeOffset(Now)).ToString("N");

    /// <summary>Lets the account's subscription end with its period; what was granted can be used until then.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    /// <exception cref="LedgerUnavailableException">The ledger or the store can't be reached.</exception>
    public ValueTask<PlanChangeResult> CancelAsync(AccountId account, CancellationToken cancellationToken = default) => SetCancelAsync(account, cancel: true, cancellationToken);

    /// <summary>Lets a subscription go on that was cancelled and has not ended yet.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    /// <exception cref="LedgerUnavailableException">The ledger or the store can't be reached.</exception>
    public ValueTask<PlanChangeResult> ReactivateAsync(AccountId account, CancellationToken cancellationToken = default) => SetCancelAsync(account, cancel: false, cancellationToken);

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
}
