using AiCredits.Plans;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>What can be done with a simulated subscription, and what becomes of it by that and by time. Pure.</summary>
internal static class SimulatedSubscriptionRules
{
    /// <summary>What can be done with it now.</summary>
    public static IReadOnlyList<SimulatedSubscriptionAct> ActsOf(SimulatedSubscription subscription) => subscription.Status switch
    {
        ProviderSubscriptionStatus.Open => [SimulatedSubscriptionAct.Subscribe, SimulatedSubscriptionAct.Decline, SimulatedSubscriptionAct.Close],
        ProviderSubscriptionStatus.Trialing or ProviderSubscriptionStatus.Active when subscription.CancelAtPeriodEnd => [SimulatedSubscriptionAct.Reactivate, SimulatedSubscriptionAct.End],
        ProviderSubscriptionStatus.Trialing or ProviderSubscriptionStatus.Active => [SimulatedSubscriptionAct.Renew, SimulatedSubscriptionAct.DeclineRenewal, SimulatedSubscriptionAct.Cancel, SimulatedSubscriptionAct.Pause, SimulatedSubscriptionAct.End],
        ProviderSubscriptionStatus.PastDue => [SimulatedSubscriptionAct.PayOverdue, SimulatedSubscriptionAct.End],
        ProviderSubscriptionStatus.Paused => [SimulatedSubscriptionAct.Resume, SimulatedSubscriptionAct.End],
        _ => [],
    };

    /// <summary>The subscription after an act, which must be one of <see cref="ActsOf"/>.</summary>
    public static SimulatedSubscription Apply(SimulatedSubscription subscription, SimulatedSubscriptionAct act, DateTime now) => act switch
    {
        SimulatedSubscriptionAct.Subscribe => Begin(subscription, now),
        SimulatedSubscriptionAct.Renew => Renew(subscription, now),
        SimulatedSubscriptionAct.DeclineRenewal => Renew(subscription, now) with { Status = ProviderSubscriptionStatus.PastDue },
        SimulatedSubscriptionAct.PayOverdue or SimulatedSubscriptionAct.Resume => subscription with { Status = ProviderSubscriptionStatus.Active },
        SimulatedSubscriptionAct.Cancel => subscription with { CancelAtPeriodEnd = true },
        SimulatedSubscriptionAct.Reactivate => subscription with { CancelAtPeriodEnd = false },
        SimulatedSubscriptionAct.Pause => subscription with { Status = ProviderSubscriptionStatus.Paused },
        SimulatedSubscriptionAct.End => subscription with { Status = ProviderSubscriptionStatus.Ended, EndedAt = now },
        _ => subscription,
    };

    /// <summary>Renews or ends what has come to the end of its period.</summary>
    public static SimulatedSubscription Pass(SimulatedSubscription subscription, DateTime now)
    {
        while (subscription.Status is ProviderSubscriptionStatus.Active or ProviderSubscriptionStatus.Trialing && subscription.PeriodEnd <= now)
        {
            subscription = subscription.CancelAtPeriodEnd
                ? subscription with { Status = ProviderSubscriptionStatus.Ended, EndedAt = subscription.PeriodEnd }
                : Renew(subscription, subscription.PeriodEnd);
        }

        return subscription;
    }

    /// <summary>Puts it on another plan: a longer interval begins a new period at once.</summary>
    public static SimulatedSubscription Change(SimulatedSubscription subscription, SubscriptionChange change, DateTime now)
    {
        var changed = subscription with { Plan = change.Plan, Seats = change.Seats, ChangeKeys = [.. subscription.ChangeKeys, change.Key] };
        return change.Plan.Interval != subscription.Plan.Interval && subscription.Status == ProviderSubscriptionStatus.Active ? Renew(changed, now) : changed;
    }

    private static SimulatedSubscription Begin(SimulatedSubscription subscription, DateTime now) => subscription.Request.TrialDays > 0
        ? subscription with { Status = ProviderSubscriptionStatus.Trialing, PeriodStart = now, PeriodEnd = now.AddDays(subscription.Request.TrialDays) }
        : Renew(subscription, now);

    private static SimulatedSubscription Renew(SimulatedSubscription subscription, DateTime from) => subscription with
    {
        Status = ProviderSubscriptionStatus.Active,
        PeriodStart = from,
        PeriodEnd = from.AddMonths((int)subscription.Plan.Interval),
    };
}
