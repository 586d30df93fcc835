using AiCredits.AspNetCore.Teams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AiCredits.AspNetCore.TopUps;

internal static class TopUpEndpoints
{
    public static void MapTopUps(this RouteGroupBuilder personal)
    {
        personal.MapGet("/credits/top-up", TopUpEndpoint.GetAsync)
            .WithSummary("The user's automatic top-up; off unless the user has turned it on")
            .Produces<TopUpItem>()
            .ProducesProblem(StatusCodes.Status401Unauthorized);
        personal.MapPost("/credits/top-up", TopUpEndpoint.TurnOnAsync)
            .WithSummary("Turns the automatic top-up on, with the user's consent; says where to save a card if there is none")
            .Accepts<TopUpBody>("application/json")
            .Produces<TopUpItem>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status502BadGateway)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .RequireTeamBilling()
            .RequireAiCreditsWorkLimit();
        personal.MapDelete("/credits/top-up", TopUpEndpoint.TurnOffAsync)
            .WithSummary("Turns the automatic top-up off")
            .Produces<TopUpItem>()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .RequireTeamBilling()
            .RequireAiCreditsWorkLimit();
    }
}
