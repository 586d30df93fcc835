using AiCredits.AspNetCore.Simulation;
using AiCredits.AspNetCore.Teams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AiCredits.AspNetCore.Plans;

internal static class PlanEndpoints
{
    public static void MapPlans(this RouteGroupBuilder group, RouteGroupBuilder personal)
    {
        group.MapGet("/credit-plans", PlansEndpoint.Get)
            .WithSummary("The plans on offer, cheapest per month first")
            .Produces<PlanItem[]>();
        personal.MapGet("/credits/subscription", SubscriptionEndpoint.GetAsync)
            .WithSummary("The user's subscription and what it has given")
            .Produces<SubscriptionItem>()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound);
        Changes(personal.MapPost("/credits/subscribe", SubscribeEndpoint.PostAsync), "Keeps a subscription and says where to pay for it")
            .Accepts<SubscribeBody>("application/json")
            .Produces<SubscribeResponse>();
        Changes(personal.MapPost("/credits/subscription/change", SubscriptionEndpoint.ChangeAsync), "Puts the user on another plan: more at once, less from the next period on")
            .Accepts<SubscribeBody>("application/json")
            .Produces<SubscriptionItem>();
        Changes(personal.MapPost("/credits/subscription/cancel", SubscriptionEndpoint.CancelAsync), "Lets the user's subscription end with its period")
            .Produces<SubscriptionItem>();
        Changes(personal.MapPost("/credits/subscription/reactivate", SubscriptionEndpoint.ReactivateAsync), "Lets a cancelled subscription go on")
            .Produces<SubscriptionItem>();
        personal.MapSimulatedSubscriptions();
    }

    private static RouteHandlerBuilder Changes(RouteHandlerBuilder endpoint, string summary) => endpoint
        .WithSummary(summary)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status502BadGateway)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .RequireTeamBilling()
        .RequireAiCreditsWorkLimit();
}
