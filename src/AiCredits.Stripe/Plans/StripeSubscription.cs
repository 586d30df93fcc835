using System.Diagnostics.CodeAnalysis;
using AiCredits.Payments;
using AiCredits.Plans;
using AiCredits.Stripe.Payments;
using Stripe;
using Subscription = Stripe.Subscription;

namespace AiCredits.Stripe.Plans;

/// <summary>Reads how a subscription stands from Stripe's objects: the subscription, its one item and its latest invoice.</summary>
internal static class StripeSubscription
{
    public const string SubscriptionIdKey = "aicredits_subscription_id";
    public const string PlanIdKey = "aicredits_plan_id";

    public static Dictionary<string, string> MetadataOf(Guid id, CreditPlan plan) => new() { [SubscriptionIdKey] = id.ToString(), [PlanIdKey] = plan.Id };

    public static string IntervalOf(CreditPlan plan) => plan.Interval == PlanInterval.Year ? "year" : "month";

    public static Guid? IdOf(string? text) => Guid.TryParseExact(text, "D", out var id) ? id : null;

    public static ProviderSubscription From(Subscription subscription, SubscriptionItem item)
    {
        var (start, end) = (item.CurrentPeriodStart.ToUniversalTime(), item.CurrentPeriodEnd.ToUniversalTime());
        var status = StatusOf(subscription);
        return new ProviderSubscription(status)
        {
            Id = subscription.Id,
            SubscriptionId = IdOf(subscription.Metadata?.GetValueOrDefault(SubscriptionIdKey)),
            PlanId = subscription.Metadata?.GetValueOrDefault(PlanIdKey),
            PriceId = item.Price?.Id,
            Seats = (int)Math.Clamp(item.Quantity, 1, 1_000_000),
            PeriodStart = start,
            PeriodEnd = end,
            PaidThrough = status switch
            {
                ProviderSubscriptionStatus.Trialing => subscription.TrialEnd?.ToUniversalTime() ?? end,
                ProviderSubscriptionStatus.Active when IsPaid(subscription.LatestInvoice, start) => end,
                _ => start,
            },
            // Stripe's portal sets a date, its API a flag.
            CancelAtPeriodEnd = subscription.CancelAtPeriodEnd || (subscription.CancelAt is { } at && at.ToUniversalTime() <= end),
            EndedAt = subscription.EndedAt?.ToUniversalTime(),
            CustomerId = subscription.CustomerId,
            Invoices = IsPaid(subscription.LatestInvoice) ? [Read(subscription.LatestInvoice, start)] : [],
        };
    }

    /// <summary>True for a schedule that holds nothing but a change from here, or nothing yet.</summary>
    public static bool IsOurs(SubscriptionSchedule schedule) => schedule.EndBehavior is "release" or null && (schedule.Phases is not { Count: > 1 } phases || phases[^1].Metadata?.ContainsKey(PlanIdKey) == true);

    /// <summary>The same with the plan that begins with the next period, where one was scheduled from here.</summary>
    public static ProviderSubscription Upcoming(ProviderSubscription facts, SubscriptionSchedule schedule) =>
        schedule.Status == "active"
        && schedule.Phases?.FirstOrDefault(phase => phase.StartDate.ToUniversalTime() >= facts.PeriodEnd) is { Items: [var item, ..] } next
        && next.Metadata?.GetValueOrDefault(PlanIdKey) is { } plan
            ? facts with { PlanId = plan, PriceId = item.PriceId, Seats = (int)Math.Clamp(item.Quantity, 1, 1_000_000) }
            : facts;

    /// <summary>True for an invoice whose money is there.</summary>
    public static bool IsPaid([NotNullWhen(true)] Invoice? invoice) => invoice is { Status: "paid" } && StripeId.IsInvoice(invoice.Id);

    /// <summary>What was paid by an invoice.</summary>
    public static ProviderInvoice Read(Invoice invoice, DateTime periodStart)
    {
        var currency = invoice.Currency ?? "";
        var ends = (invoice.Lines?.Data ?? []).Select(line => line.Period?.End).OfType<DateTime>().ToList();
        return new ProviderInvoice(
            invoice.Id,
            new Money(StripeAmount.FromMinor(invoice.AmountPaid, currency), currency.ToUpperInvariant()),
            invoice.Created.ToUniversalTime(),
            invoice.BillingReason is "subscription_create" or "subscription_cycle" || (invoice.BillingReason == "subscription_update" && BeginsPeriod(invoice, periodStart)))
        {
            PaysUntil = ends.Count == 0 ? null : ends.Max().ToUniversalTime(),
        };
    }

    private static ProviderSubscriptionStatus StatusOf(Subscription subscription) => subscription.Status switch
    {
        "incomplete" => ProviderSubscriptionStatus.Open,
        "incomplete_expired" => ProviderSubscriptionStatus.Abandoned,
        "trialing" when subscription.PauseCollection is null => ProviderSubscriptionStatus.Trialing,
        "active" when subscription.PauseCollection is null => ProviderSubscriptionStatus.Active,
        "trialing" or "active" or "paused" => ProviderSubscriptionStatus.Paused,
        "past_due" or "unpaid" => ProviderSubscriptionStatus.PastDue,
        "canceled" => ProviderSubscriptionStatus.Ended,
        // A word of the future: nothing is granted for what isn't understood, and nothing is ended.
        _ => ProviderSubscriptionStatus.PastDue,
    };

    // The invoice of a renewal is a draft for about an hour and then tried; only the money counts, and a void one brings
    // none. The invoice of a change is about the difference, as the period itself was paid before; but a change of the
    // interval begins a period, and its invoice is that period's.
    private static bool IsPaid(Invoice? invoice, DateTime periodStart) => invoice switch
    {
        null or { Status: "paid" } or { BillingReason: "manual" } => true,
        { BillingReason: "subscription_update" } => !BeginsPeriod(invoice, periodStart),
        _ => false,
    };

    // By what it is for: a line that is no difference starts with the period.
    private static bool BeginsPeriod(Invoice invoice, DateTime periodStart) => invoice.Lines?.Data is { Count: > 0 } lines
        ? lines.Exists(line => line.Period?.Start.ToUniversalTime() == periodStart)
        : invoice.Created.ToUniversalTime() - periodStart <= TimeSpan.FromMinutes(1);
}
