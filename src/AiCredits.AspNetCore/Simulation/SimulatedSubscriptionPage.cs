using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using AiCredits.Plans;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>The page of a simulated subscription: plain HTML, nothing inline, usable without scripts and on a small screen.</summary>
internal static class SimulatedSubscriptionPage
{
    public static string Render(SimulatedSubscription? subscription, string seal, string? message)
    {
        var page = new StringBuilder()
            .Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>Simulated subscription</title><link rel=\"stylesheet\" href=\"page.css\"></head>")
            .Append("<body><main><p class=\"banner\">This is a simulation. No money is taken and no card is needed.</p><div class=\"card\">");
        if (subscription is null)
        {
            page.Append("<h1>There is no such subscription</h1><p>Simulated subscriptions are kept in memory: it is gone since the app was restarted, or never was.</p>");
        }
        else
        {
            Append(page, subscription, seal, message);
        }

        return page.Append("</div></main></body></html>").ToString();
    }

    private static void Append(StringBuilder page, SimulatedSubscription subscription, string seal, string? message)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Encode(subscription.Plan.Name)}</h1>");
        page.Append(CultureInfo.InvariantCulture, $"<p class=\"price\">{subscription.Plan.Price.Amount * subscription.Seats:0.00##} {Encode(subscription.Plan.Price.Currency)} each {(subscription.Plan.Interval == PlanInterval.Year ? "year" : "month")}</p>");
        page.Append(CultureInfo.InvariantCulture, $"<p id=\"state\" role=\"status\">{Encode(message ?? StateOf(subscription))}</p>");
        var acts = SimulatedSubscriptionRules.ActsOf(subscription);
        if (acts.Count > 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"<form method=\"post\" action=\"{Encode(subscription.CheckoutId)}\"><input type=\"hidden\" name=\"seal\" value=\"{seal}\">");
            for (var index = 0; index < acts.Count; index++)
            {
                page.Append(CultureInfo.InvariantCulture, $"<button name=\"act\" value=\"{acts[index]}\"{(index == 0 ? " class=\"main\"" : "")}>{LabelOf(acts[index])}</button>");
            }

            page.Append("<label><input type=\"checkbox\" name=\"lose\"> Lose the webhook, to see it found all the same</label></form>");
        }

        var back = subscription.Status == ProviderSubscriptionStatus.Open ? subscription.Request.CancelUrl : subscription.Request.SuccessUrl;
        page.Append(CultureInfo.InvariantCulture, $"<p><a id=\"back\" href=\"{Encode(back.AbsoluteUri)}\">Back to the shop</a></p>");
    }

    private static string StateOf(SimulatedSubscription subscription) => subscription.Status switch
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
        SimulatedSubscriptionAct.Pause => "Pause",
        SimulatedSubscriptionAct.Resume => "Resume",
        _ => "End at once",
    };

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
