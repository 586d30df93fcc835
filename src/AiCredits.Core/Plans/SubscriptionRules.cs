using System.Globalization;
using AiCredits.Purchases;

namespace AiCredits.Plans;

/// <summary>
/// What a subscription means: from what the provider says and the time, what is to be granted now. Pure, and every answer
/// follows from the facts alone, so that duplicates, order and missed events don't matter.
/// </summary>
internal static partial class SubscriptionRules
{
    /// <summary>The allowance of an unlimited plan burns before anything else, so that credits that were bought stay.</summary>
    public const int FairUsePriority = -100;

    /// <summary>Takes over what the provider says.</summary>
    /// <param name="subscription">As it was kept.</param>
    /// <param name="facts">What the provider says now.</param>
    /// <param name="plan">The plan that is paid for at the provider; null when it is unknown, and then the plan stays.</param>
    /// <param name="now">The time (UTC).</param>
    public static Subscription Observe(Subscription subscription, ProviderSubscription facts, CreditPlan? plan, DateTime now)
    {
        if (!subscription.IsOpen)
        {
            return subscription;
        }

        var state = StateOf(facts.Status, subscription.State);
        var next = subscription with
        {
            State = state,
            ProviderId = facts.Id ?? subscription.ProviderId,
            CustomerId = facts.CustomerId ?? subscription.CustomerId,
            CancelAtPeriodEnd = facts.CancelAtPeriodEnd,
            PeriodStart = facts.PeriodStart ?? subscription.PeriodStart,
            PeriodEnd = facts.PeriodEnd ?? subscription.PeriodEnd,
            PaidThrough = facts.PaidThrough ?? subscription.PaidThrough,
            EndedAt = state is SubscriptionState.Ended or SubscriptionState.Abandoned ? facts.EndedAt ?? now : null,
            Trial = subscription.Trial || state == SubscriptionState.Trialing,
        };
        // The plan stays as it was agreed while it is the same one.
        var target = plan is null || plan.Id == subscription.Plan.Id ? subscription.Plan : plan;
        var seats = Math.Max(1, facts.Seats);
        var hasNewPeriod = subscription.PeriodStart is null || next.PeriodStart > subscription.PeriodStart;

        // Plan and seats are one agreement: more of it at once, less only from the next period on, since this one is paid.
        return hasNewPeriod || Compare(subscription.Plan, subscription.Seats, target, seats) >= 0
            ? next with { Plan = target, Seats = seats, NextPlan = null, NextSeats = null }
            : next with
            {
                NextPlan = target == subscription.Plan ? null : next.NextPlan?.Id == target.Id ? next.NextPlan : target,
                NextSeats = seats == subscription.Seats ? null : seats,
            };
    }

    /// <summary>
    /// Whether a plan with so many seats gives more (above zero), as much, or less than another: what is not less is in
    /// force at once. What is given at other times can't be compared within a period, and counts as less.
    /// </summary>
    public static int Compare(CreditPlan from, int fromSeats, CreditPlan to, int toSeats) => (from.FairUse, to.FairUse) switch
    {
        _ when from.Interval != to.Interval => -1,
        ({ } one, { } other) when one.Slice != other.Slice => -1,
        ({ } one, { } other) => ((Int128)other.Credits.Millionths * toSeats * one.Window.Ticks).CompareTo((Int128)one.Credits.Millionths * fromSeats * other.Window.Ticks),
        (null, { }) => 1,
        ({ }, null) => -1,
        _ when from.RefillMonths != to.RefillMonths => -1,
        _ => ((Int128)to.Credits.Millionths * toSeats).CompareTo((Int128)from.Credits.Millionths * fromSeats),
    };

    /// <summary>A subscription of a provider that isn't in use any more: it can't be paid any longer, and ends with what is paid.</summary>
    public static Subscription Retire(Subscription subscription, TimeSpan grace, DateTime now) => subscription switch
    {
        { IsOpen: false } => subscription,
        { State: SubscriptionState.Pending } => subscription with { State = SubscriptionState.Abandoned, EndedAt = now },
        _ when (subscription.PaidThrough ?? subscription.CreatedAt) + grace <= now => subscription with { State = SubscriptionState.Ended, EndedAt = now },
        _ => subscription,
    };

    /// <summary>The slot that should be open now; null when nothing is paid for now.</summary>
    public static RefillSlot? SlotAt(Subscription subscription, TimeSpan grace, DateTime now)
    {
        if (subscription is not { State: SubscriptionState.Trialing or SubscriptionState.Active or SubscriptionState.PastDue, PeriodStart: { } start, PaidThrough: { } paid } || now < start)
        {
            return null;
        }

        var plan = subscription.Plan;
        var isTrial = subscription.State == SubscriptionState.Trialing;
        if (plan.FairUse is { } fair && !(isTrial && !plan.TrialCredits.IsZero))
        {
            // While a renewal is being paid, nobody should stand still.
            var until = subscription is { State: SubscriptionState.Active, CancelAtPeriodEnd: false } ? paid + grace : paid;
            if (now >= until)
            {
                return null;
            }

            var from = start + Whole(now - start, fair.Slice);
            var to = from + fair.Slice;
            return new RefillSlot(from, to < until ? to : until)
            {
                IsFairUse = true,
                WindowStart = start + Whole(now - start, fair.Window),
                Level = fair.Credits * subscription.Seats,
            };
        }

        if (now >= paid)
        {
            return null;
        }

        if (isTrial)
        {
            return new RefillSlot(start, paid) { IsTrial = true, Level = plan.TrialCredits };
        }

        // Counted from the start of the period, so that the 31st comes back after February; the last one ends with the period.
        var refills = (int)plan.Interval / plan.RefillMonths;
        var index = 0;
        while (EndOf(index) <= now)
        {
            index++;
        }

        return new RefillSlot(start.AddMonths(index * plan.RefillMonths), EndOf(index)) { Level = plan.Credits * subscription.Seats };

        DateTime EndOf(int slot)
        {
            var next = start.AddMonths((slot + 1) * plan.RefillMonths);
            return slot + 1 < refills && next < paid ? next : paid;
        }
    }

    /// <summary>True when <paramref name="slot"/> is another one than that which is open.</summary>
    public static bool IsNew(Subscription subscription, RefillSlot slot) =>
        subscription.Slot is not { } open || open.Start != slot.Start || open.IsFairUse != slot.IsFairUse || open.IsTrial != slot.IsTrial;

    /// <summary>True when what is left of the open slot must be known, or taken back, before another one opens.</summary>
    public static bool MustClose(Subscription subscription, RefillSlot? next) => subscription.Slot is { Parcels.Count: > 0 } && !StaysBeside(subscription, next);

    /// <summary>True when a slot that was kept beside an allowance has come to its end, or the subscription has.</summary>
    public static bool MustCloseBeside(Subscription subscription, DateTime now) => subscription.Beside is { } slot && (!subscription.IsOpen || slot.Parcels.All(parcel => parcel.ExpiresAt <= now));

    // Credits that were paid for are kept next to an allowance: the change of plan was billed by the day.
    private static bool StaysBeside(Subscription subscription, RefillSlot? next) =>
        next is { IsFairUse: true } && subscription.Slot is { IsFairUse: false, IsTrial: false, Parcels.Count: > 0 } open && open.End > next.Start;

    /// <summary>Opens a slot: decides what is granted for it.</summary>
    /// <param name="subscription">As it is kept.</param>
    /// <param name="slot">The slot, of <see cref="SlotAt"/>.</param>
    /// <param name="left">What was left of the one before.</param>
    /// <param name="takenBack">What refunds and disputes had taken of it unspent.</param>
    /// <param name="grace">How long the last refill of a period lives on while the renewal is being paid.</param>
    /// <param name="paidBy">The purchase that has paid for the period; null for none.</param>
    /// <param name="raisedBy">The purchase that has paid for going up in it; null for none.</param>
    public static Subscription Open(Subscription subscription, RefillSlot slot, Credits left, Credits takenBack, TimeSpan grace, Purchase? paidBy, Purchase? raisedBy)
    {
        var (plan, before) = (subscription.Plan, subscription.Slot);
        var amount = slot.Level;
        var carried = Credits.Zero;
        if (slot.IsFairUse)
        {
            if (plan.FairUse!.RateCredits is not { } rate)
            {
                amount -= Withheld(paidBy, raisedBy, amount);
            }
            else
            {
                var used = before is { IsFairUse: true } && before.WindowStart == slot.WindowStart ? before.WindowUsed + Credits.Max(before.Granted - left, Credits.Zero) : Credits.Zero;
                slot = slot with { WindowUsed = used };
                amount = Credits.Min(rate * subscription.Seats, Credits.Max(slot.Level - Withheld(paidBy, raisedBy, slot.Level) - used, Credits.Zero));
            }
        }
        else if (!slot.IsTrial && before is { IsTrial: false, IsFairUse: false })
        {
            carried = Credits.Min((plan.RollOverCap ?? Credits.Zero) * subscription.Seats, left);
            if (before.End > slot.Start)
            {
                // Cut short by a change of the billing period: what was used ahead of time is not granted again.
                var due = Share(before.Granted, slot.Start - before.Start, before.End - before.Start);
                amount -= Credits.Min(amount, Credits.Max(before.Granted - left - takenBack - due, Credits.Zero));
                carried = Credits.Zero;
            }
        }

        var expiresAt = ExpiryOf(subscription, slot, grace);
        var pending = new List<RefillGrant>();
        if (slot.IsFairUse || slot.IsTrial)
        {
            // An allowance is filled up again too often to be noted each time, and soon enough not to be given back.
            Add(KeyOf(subscription, slot), amount, null, slot.IsTrial ? $"{plan.Name}: trial" : plan.Name);
        }
        else
        {
            var raised = raisedBy is null ? Credits.Zero : amount - Credits.Min(amount, subscription.PaidLevel);
            Add(KeyOf(subscription, slot), amount - raised, paidBy, plan.Name);
            Add(KeyOf(subscription, slot) + ":raised", raised, raisedBy, plan.Name);
        }

        var granted = pending.Aggregate(Credits.Zero, (sum, grant) => sum + grant.Amount);
        if (!carried.IsZero)
        {
            pending.Add(new RefillGrant(KeyOf(subscription, slot) + ":carried", carried, expiresAt, 0, $"{plan.Name}: carried over"));
        }

        return subscription with { Slot = slot with { Granted = granted }, Pending = pending, Beside = StaysBeside(subscription, slot) ? before : subscription.Beside };

        void Add(string key, Credits credits, Purchase? purchase, string description)
        {
            if (!credits.IsZero)
            {
                var withheld = Withheld(purchase, credits);
                pending.Add(new RefillGrant(key, credits - withheld, expiresAt, slot.IsFairUse ? FairUsePriority : 0, description) { PurchaseId = purchase?.Id, Withheld = withheld });
            }
        }
    }

    /// <summary>True when the open slot stands for less than it should by now.</summary>
    public static bool IsHigher(Subscription subscription, RefillSlot slot) => subscription.Slot is { IsTrial: false } open && slot.Level > open.Level;

    /// <summary>Adds to the open slot what a higher plan or more seats give for the rest of it; the same when there is nothing to add.</summary>
    /// <param name="subscription">As it is kept.</param>
    /// <param name="slot">The slot as it should be, of <see cref="SlotAt"/>.</param>
    /// <param name="grace">How long the last refill of a period lives on while the renewal is being paid.</param>
    /// <param name="now">The time (UTC).</param>
    /// <param name="paidBy">The purchase that has paid for it; null for none.</param>
    public static Subscription Raise(Subscription subscription, RefillSlot slot, TimeSpan grace, DateTime now, Purchase? paidBy)
    {
        if (subscription.Slot is not { } open || !IsHigher(subscription, slot))
        {
            return subscription;
        }

        var more = slot.Level - open.Level;
        var extra = open.IsFairUse
            ? subscription.Plan.FairUse!.RateCredits is null ? more : Credits.Zero
            : Share(more, open.End - now, open.End - open.Start);
        var key = string.Create(CultureInfo.InvariantCulture, $"{KeyOf(subscription, open)}:{slot.Level.Millionths}");
        var withheld = open.IsFairUse ? Credits.Zero : Withheld(paidBy, extra);
        return subscription with
        {
            Slot = open with { Level = slot.Level, Granted = open.Granted + extra - withheld },
            Pending = extra.IsZero ? subscription.Pending :
            [
                .. subscription.Pending,
                new RefillGrant(key, extra - withheld, ExpiryOf(subscription, open, grace), open.IsFairUse ? FairUsePriority : 0, $"{subscription.Plan.Name}: upgrade") { PurchaseId = open.IsFairUse ? null : paidBy?.Id, Withheld = withheld },
            ],
        };
    }

    /// <summary>When something may have to be done next without a word from the provider.</summary>
    public static DateTime? DueAt(Subscription subscription, TimeSpan grace, DateTime now)
    {
        if (!subscription.IsOpen)
        {
            return subscription is { Slot: null, Beside: null, Pending.Count: 0 } ? null : now.AddMinutes(1);
        }

        if (subscription.Pending.Count > 0 || subscription.Slot is { Closing: true })
        {
            return now.AddMinutes(1);
        }

        if (subscription.State == SubscriptionState.Pending)
        {
            return now + Clamp((now - subscription.CreatedAt) / 2, TimeSpan.FromMinutes(1), TimeSpan.FromHours(6));
        }

        // A word that was lost is missed within a day; around the end of a period, sooner.
        var due = now.AddDays(1);
        if (subscription.PeriodEnd is { } end)
        {
            due = Earliest(due, end > now ? end : now + Clamp((now - end) / 2, TimeSpan.FromMinutes(1), TimeSpan.FromHours(6)));
        }

        return SlotAt(subscription, grace, now) is { } slot ? Earliest(due, slot.End) : due;
    }

    private static SubscriptionState StateOf(ProviderSubscriptionStatus status, SubscriptionState before) => status switch
    {
        ProviderSubscriptionStatus.Open => before,
        ProviderSubscriptionStatus.Abandoned => before == SubscriptionState.Pending ? SubscriptionState.Abandoned : SubscriptionState.Ended,
        ProviderSubscriptionStatus.Trialing => SubscriptionState.Trialing,
        ProviderSubscriptionStatus.Active => SubscriptionState.Active,
        ProviderSubscriptionStatus.PastDue => SubscriptionState.PastDue,
        ProviderSubscriptionStatus.Paused => SubscriptionState.Paused,
        ProviderSubscriptionStatus.Ended => SubscriptionState.Ended,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "The provider gave no status."),
    };

    private static string KeyOf(Subscription subscription, RefillSlot slot) =>
        string.Create(CultureInfo.InvariantCulture, $"plan:{subscription.Id:N}:{(slot.IsTrial ? 't' : slot.IsFairUse ? 'u' : 'c')}:{UtcMicroseconds.From(slot.Start)}");

    // The money for a renewal comes an hour or more after the period has ended; what was left is there until then.
    private static DateTime ExpiryOf(Subscription subscription, RefillSlot slot, TimeSpan grace) =>
        !slot.IsFairUse && !subscription.CancelAtPeriodEnd && slot.End >= subscription.PaidThrough ? slot.End + grace : slot.End;

    private static TimeSpan Whole(TimeSpan time, TimeSpan unit) => new(time.Ticks / unit.Ticks * unit.Ticks);

    private static Credits Share(Credits whole, TimeSpan part, TimeSpan of) =>
        of <= TimeSpan.Zero || part <= TimeSpan.Zero ? Credits.Zero : part >= of ? whole : Credits.FromMillionths((long)((Int128)whole.Millionths * part.Ticks / of.Ticks));

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;

    private static DateTime Earliest(DateTime left, DateTime right) => left <= right ? left : right;
}
