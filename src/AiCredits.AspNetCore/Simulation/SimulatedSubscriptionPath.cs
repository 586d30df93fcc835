using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>By what name routing knows the page of simulated subscriptions. The first mapping has it.</summary>
internal sealed class SimulatedSubscriptionPath(LinkGenerator links)
{
    private const string Name = "AiCredits.SimulatedSubscription";
    private bool isNamed;

    public void NameFirst(RouteHandlerBuilder page)
    {
        if (!isNamed)
        {
            page.WithName(Name);
            isNamed = true;
        }
    }

    public string PathOf(string id) => links.GetPathByName(Name, new RouteValueDictionary { ["id"] = id })
        ?? throw new InvalidOperationException("The simulated subscription has no page. Call app.MapAiCredits().");
}
