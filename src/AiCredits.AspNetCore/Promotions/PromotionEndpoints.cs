using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AiCredits.AspNetCore.Promotions;

internal static class PromotionEndpoints
{
    public static void MapPromotions(this RouteGroupBuilder group)
    {
        group.MapPost("/credits/redeem", RedeemEndpoint.PostAsync)
            .WithSummary("Turns a promo code into credits")
            .Accepts<RedeemRequest>("application/json")
            .Produces<RedeemResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .RequireAiCreditsWorkLimit();
        group.MapGet("/credits/referral", ReferralEndpoint.GetAsync)
            .WithSummary("The user's referral code and what it has brought")
            .Produces<ReferralResponse>()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/credits/referral", ReferralEndpoint.PostAsync)
            .WithSummary("Says by whose code a new user came")
            .Accepts<RedeemRequest>("application/json")
            .Produces<AttachResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .RequireAiCreditsWorkLimit();
    }
}
