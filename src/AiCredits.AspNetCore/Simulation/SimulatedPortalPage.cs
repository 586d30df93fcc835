using System.Globalization;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>The page of the simulated portal: what a customer has bought, each with the way to its own page.</summary>
internal static class SimulatedPortalPage
{
    public static string Render(IReadOnlyList<SimulatedSubscription> subscriptions, IReadOnlyList<SimulatedCheckout> checkouts, SimulatedLinks links, Uri returnUrl)
    {
        var page = SimulatedPage.Start("Simulated billing portal").Append("<h1>Your plans and purchases</h1><ul>");
        foreach (var subscription in subscriptions)
        {
            Append(SimulatedLinks.Subscription, subscription.CheckoutId, subscription.Plan.Name, SimulatedSubscriptionPage.StateOf(subscription));
        }

        foreach (var checkout in checkouts)
        {
            Append(SimulatedLinks.Checkout, checkout.Id, $"{checkout.Request.Title}, {SimulatedPage.Write(checkout.Request.Price)}", SimulatedCheckoutPage.StateOf(checkout));
        }

        return SimulatedPage.End(page.Append("</ul>"), returnUrl);

        void Append(string name, string id, string title, string state) => page.Append(
            CultureInfo.InvariantCulture,
            $"<li><a href=\"{SimulatedPage.Encode(links.PathOf(name, id))}\">{SimulatedPage.Encode(title)}</a><br><span class=\"quiet\">{SimulatedPage.Encode(state)}</span></li>");
    }

    public static string RenderGone() => SimulatedPage.End(SimulatedPage.Start("Gone").Append("<h1>This visit is over</h1><p>A visit to the portal lasts an hour. Open it again from the shop.</p>"));
}
