using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>By what names routing knows the pages of the simulation, so that people can be sent there, below the path base of their request. The first mapping has them.</summary>
internal sealed class SimulatedLinks(LinkGenerator links, IHttpContextAccessor requests)
{
    public const string Checkout = "AiCredits.SimulatedCheckout";
    public const string Subscription = "AiCredits.SimulatedSubscription";
    public const string Portal = "AiCredits.SimulatedPortal";
    private readonly HashSet<string> named = [];

    public void NameFirst(string name, RouteHandlerBuilder page)
    {
        if (named.Add(name))
        {
            page.WithName(name);
        }
    }

    public string PathOf(string name, string id) =>
        links.GetPathByName(name, new RouteValueDictionary { ["id"] = id }, requests.HttpContext?.Request.PathBase ?? default)
        ?? throw new InvalidOperationException("The simulated payments have no pages. Call app.MapAiCredits().");
}
