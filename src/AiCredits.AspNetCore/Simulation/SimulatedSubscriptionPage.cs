using System.Globalization;
using AiCredits.Plans;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>The page of a simulated subscription.</summary>
internal static class SimulatedSubscriptionPage
{
    public static string Render(SimulatedSubscription subscription, SimulatedLinks links, string seal, string? message)
    {
        var page = SimulatedPage.Start($"Simulated subscription: {subscription.Plan.Name}");
        var price = subscription.Plan.Price with { Amount = subscription.Plan.Price.Amount * subscription.Seats };
        page.Append(CultureInfo.InvariantCulture, $"<h1>{SimulatedPage.Encode(subscription.Plan.Name)}</h1>");
        page.Append(CultureInfo.InvariantCulture, $"<p class=\"price\">{SimulatedPage.Encode(SimulatedPage.Write(price))} each {(subscription.Plan.Interval == PlanInterval.Year ? "year" : "month")}</p>");
        page.Append(CultureInfo.InvariantCulture, $"<p id=\"state\" role=\"status\">{SimulatedPage.Encode(message ?? StateOf(subscription))}</p>");
        SimulatedPage.AppendForm(page, subscription.CheckoutId, seal, SimulatedSubscriptionRules.ActsOf(subscription), LabelOf);
        if (subscription.Invoices.Count > 0)
        {
            page.Append("<h2>Payments</h2><ul>");
            foreach (var invoice in subscription.Invoices.Reverse())
            {
                page.Append(CultureInfo.InvariantCulture, $"<li><a href=\"{SimulatedPage.Encode(links.PathOf(SimulatedLinks.Checkout, invoice.Id))}\">{SimulatedPage.Encode(SimulatedPage.Write(invoice.Total))}, {invoice.CreatedAt:yyyy-MM-dd}</a></li>");
            }

            page.Append("</ul>");
        }

        return SimulatedPage.End(page, subscription.Status == ProviderSubscriptionStatus.Open ? subscription.Request.CancelUrl : subscription.Request.SuccessUrl);
    }

    public static string RenderGone() => SimulatedPage.End(SimulatedPage.Start("Gone").Append(
        "<h1>There is no such subscription</h1><p>It never was; or the app was restarted, and keeps its simulated payments in memory (AiCredits:Http:SimulatedPaymentsFolder keeps them).</p>"));

    public static string StateOf(SimulatedSubscription subscription) => subscription.Status switch
    {
        ProviderSubscriptionStatus.Open => "Waiting for you to subscribe.",
        ProviderSubscriptionStatus.Trialing => $"In its trial until {subscription.PeriodEnd:yyyy-MM-dd}.",
        ProviderSubscriptionStatus.Active => subscription.CancelAtPeriodEnd ? $"Ends on {subscription.PeriodEnd:yyyy-MM-dd}." : $"Paid until {subscription.PeriodEnd:yyyy-MM-dd}.",
        ProviderSubscriptionStatus.PastDue => "The last payment failed.",
        ProviderSubscriptionStatus.Paused => "Paused.",
        ProviderSubscriptionStatus.Abandoned => "This checkout has ended.",
        _ => "Over.",
    };

    private static string LabelOf(SimulatedSubscriptionAct act) => act switch
    {
        SimulatedSubscriptionAct.Subscribe => "Subscribe",
        SimulatedSubscriptionAct.Decline => "Have the card declined",
        SimulatedSubscriptionAct.Close => "Close without subscribing",
        SimulatedSubscriptionAct.Renew => "Begin the next period, paid",
        SimulatedSubscriptionAct.DeclineRenewal => "Begin the next period, declined",
        SimulatedSubscriptionAct.PayOverdue => "Pay what is overdue",
        SimulatedSubscriptionAct.Cancel => "Let it end with the period",
        SimulatedSubscriptionAct.Reactivate => "Let it go on after all",
        SimulatedSubscriptionAct.Pause => "Pause",
        SimulatedSubscriptionAct.Resume => "Resume",
        _ => "End at once",
    };
}
