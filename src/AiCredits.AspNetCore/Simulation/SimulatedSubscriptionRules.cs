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
        SimulatedSubscriptionAct.DeclineRenewal => BeginPeriod(subscription, now) with { Status = ProviderSubscriptionStatus.PastDue },
        SimulatedSubscriptionAct.PayOverdue => Bill(subscription with { Status = ProviderSubscriptionStatus.Active }, PriceOf(subscription), subscription.PeriodStart, isPeriod: true),
        SimulatedSubscriptionAct.Resume => subscription with { Status = ProviderSubscriptionStatus.Active },
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

    /// <summary>Puts it on another plan: a longer interval begins a new period at once, and what is paid of the old one and not used is taken off.</summary>
    public static SimulatedSubscription Change(SimulatedSubscription subscription, SubscriptionChange change, DateTime now)
    {
        var changed = subscription with { Plan = change.Plan, Seats = change.Seats, NextPlan = null, NextSeats = null, ChangeKeys = [.. subscription.ChangeKeys, change.Key] };
        if (subscription.Status != ProviderSubscriptionStatus.Active)
        {
            return changed;
        }

        if (!change.Now && change.Plan.Interval != subscription.Plan.Interval)
        {
            return changed with { Plan = subscription.Plan, Seats = subscription.Seats, NextPlan = change.Plan, NextSeats = change.Seats };
        }

        var unused = (decimal)(subscription.PeriodEnd - now).Ticks / (subscription.PeriodEnd - subscription.PeriodStart).Ticks;
        return change.Plan.Interval != subscription.Plan.Interval ? Bill(BeginPeriod(changed, now), PriceOf(changed) - (PriceOf(subscription) * unused), now, isPeriod: true)
            : change.Now ? Bill(changed, (PriceOf(changed) - PriceOf(subscription)) * unused, now, isPeriod: false)
            : changed;
    }

    private static SimulatedSubscription Begin(SimulatedSubscription subscription, DateTime now) => subscription.Request.TrialDays > 0
        ? subscription with { Status = ProviderSubscriptionStatus.Trialing, PeriodStart = now, PeriodEnd = now.AddDays(subscription.Request.TrialDays) }
        : Renew(subscription, now);

    private static SimulatedSubscription Renew(SimulatedSubscription subscription, DateTime from)
    {
        var next = BeginPeriod(subscription, from);
        return Bill(next, PriceOf(next), from, isPeriod: true);
    }

    private static SimulatedSubscription BeginPeriod(SimulatedSubscription subscription, DateTime from)
    {
        var plan = subscription.NextPlan ?? subscription.Plan;
        return subscription with
        {
            Status = ProviderSubscriptionStatus.Active,
            Plan = plan,
            Seats = subscription.NextSeats ?? subscription.Seats,
            NextPlan = null,
            NextSeats = null,
            PeriodStart = from,
            PeriodEnd = from.AddMonths((int)plan.Interval),
        };
    }

    private static SimulatedSubscription Bill(SimulatedSubscription subscription, decimal amount, DateTime now, bool isPeriod) => subscription with
    {
        Invoices =
        [
            .. subscription.Invoices,
            new ProviderInvoice($"sim_in_{subscription.Request.SubscriptionId:N}_{subscription.Invoices.Count + 1}", subscription.Plan.Price with { Amount = Math.Max(0, decimal.Round(amount, 2)) }, now, isPeriod) { PaysUntil = subscription.PeriodEnd },
        ],
    };

    private static decimal PriceOf(SimulatedSubscription subscription) => subscription.Plan.Price.Amount * subscription.Seats;
}
