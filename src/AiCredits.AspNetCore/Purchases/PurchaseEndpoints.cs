using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Simulation;
using AiCredits.AspNetCore.Teams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AiCredits.AspNetCore.Purchases;

/// <summary>The endpoints that sell packs.</summary>
internal static class PurchaseEndpoints
{
    /// <param name="group">Everything of AiCredits.</param>
    /// <param name="personal">What shows the caller's own data.</param>
    public static void MapPurchases(this RouteGroupBuilder group, RouteGroupBuilder personal)
    {
        personal.MapPost("/credits/checkout", CheckoutEndpoint.PostAsync)
            .WithSummary("Begins the purchase of a pack and says where to pay")
            .Accepts<CheckoutBody>("application/json")
            .Produces<CheckoutResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status502BadGateway)
            .RequireAiCreditsWorkLimit();
        personal.MapGet("/credits/purchases", PurchasesEndpoint.ListAsync)
            .WithSummary("The purchases of a user, newest first")
            .Produces<Page<PurchaseItem>>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized);
        personal.MapGet("/credits/purchases/{id}", PurchasesEndpoint.GetAsync)
            .WithSummary("Where a purchase stands, asked of the payment provider while it is not delivered")
            .Produces<PurchaseItem>()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound);
        personal.MapGet("/credits/portal", PortalEndpoint.GetAsync)
            .WithSummary("Where a user finds receipts and payment methods at the payment provider")
            .Produces<PortalResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status502BadGateway)
            .RequireTeamBilling()
            .RequireAiCreditsWorkLimit();

        // The provider signs what it sends, and knows neither cookies nor the app's policies.
        group.MapPost("/credits/webhooks/{provider}", WebhookEndpoint.PostAsync)
            .WithSummary("Takes the payment provider's webhooks")
            .Accepts<object>("application/json")
            .Produces(StatusCodes.Status200OK)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status500InternalServerError)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .AllowAnonymous()
            .DisableAntiforgery();
        group.MapSimulatedCheckout();
    }
}
