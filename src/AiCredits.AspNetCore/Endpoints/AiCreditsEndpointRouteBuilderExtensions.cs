using AiCredits.AspNetCore.Components;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Live;
using AiCredits.AspNetCore.Plans;
using AiCredits.AspNetCore.Problems;
using AiCredits.AspNetCore.Teams;
using AiCredits.AspNetCore.Promotions;
using AiCredits.AspNetCore.Purchases;
using AiCredits.AspNetCore.TopUps;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints of AiCredits.</summary>
public static class AiCreditsEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>GET /credits</c>, <c>/credits/transactions</c>, <c>/credits/generations</c>, <c>/credits/statements</c>, <c>/credits/balance</c>, <c>/credit-packs</c>,
    /// <c>/credit-models</c>, <c>/credits/events</c>, the web components under <c>/credits/ui</c> and <c>POST /credits/claim</c> under <paramref name="prefix"/>, and what sells packs:
    /// <c>POST /credits/checkout</c>, <c>/credits/purchases</c>, <c>/credits/portal</c> and
    /// <c>POST /credits/webhooks/{provider}</c>. Each shows the caller's own data only, so none needs a policy; those that
    /// the returned group is given apply to all of them but the webhook, which the provider signs.
    /// <c>GET /credits/analytics</c> is for admins: it is closed to everyone (404) until <c>AiCredits:Http:AdminPolicy</c> names a policy.
    /// </summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="prefix">What the paths start with.</param>
    /// <exception cref="InvalidOperationException"><c>AddAiCredits</c> was not called.</exception>
    public static RouteGroupBuilder MapAiCredits(this IEndpointRouteBuilder endpoints, string prefix = "/api")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        var unavailable = new UnavailableFilter(endpoints.ServiceProvider.GetService<CreditProblems>()
            ?? throw new InvalidOperationException("AIC1400: app.MapAiCredits() was called without its services. Call builder.Services.AddAiCredits() first."));

        var group = endpoints.MapGroup(prefix).WithTags("Credits");
        group.AddEndpointFilter(unavailable);
        group.MapGet("/credit-packs", PacksEndpoint.Get)
            .WithSummary("The packs on offer, cheapest first")
            .Produces<PackItem[]>();
        group.MapUi();

        var clock = endpoints.ServiceProvider.GetRequiredService<TimeProvider>();
        var personal = group.MapGroup("").AddEndpointFilter((context, next) =>
        {
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            CreditHeaders.WriteTime(context.HttpContext.Response, clock);
            return next(context);
        });
        personal.ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        personal.AddEndpointFilter<MembersOnlyFilter>();
        personal.MapGet("/credits", CreditsEndpoint.GetAsync)
            .WithSummary("The balance of a user, or what a guest has left")
            .Produces<CreditsResponse>();
        personal.MapGet("/credits/events", EventsEndpoint.GetAsync)
            .WithSummary("The balance as it changes, as server-sent events")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        personal.MapGet("/credit-models", ModelsEndpoint.GetAsync)
            .WithSummary("The models, what they cost and how often the caller can run them")
            .Produces<ModelItem[]>();
        personal.MapGet("/credits/transactions", TransactionsEndpoint.GetAsync)
            .WithSummary("The history of a user, newest first")
            .Produces<Page<Transaction>>(StatusCodes.Status200OK, "application/json", "text/csv")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized);
        personal.MapGet("/credits/statements", StatementsEndpoint.GetStatementAsync)
            .WithSummary("What happened on the account in a period")
            .Produces<StatementsEndpoint.StatementResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized);
        personal.MapGet("/credits/balance", StatementsEndpoint.GetBalanceAsync)
            .WithSummary("What the account had at a time")
            .Produces<StatementsEndpoint.BalanceResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized);
        personal.MapGet("/credits/generations", GenerationsEndpoint.ListAsync)
            .WithSummary("The generations of a user, newest first")
            .Produces<Page<GenerationItem>>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized);
        personal.MapGet("/credits/generations/{id}", GenerationsEndpoint.GetAsync)
            .WithSummary("One generation of a user")
            .Produces<GenerationItem>()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound);
        personal.MapPost("/credits/claim", ClaimEndpoint.PostAsync)
            .WithSummary("Gives what the user generated as a guest to the user's account")
            .Produces<ClaimResponse>()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .RequireAiCreditsWorkLimit();
        personal.MapPromotions();
        group.MapPlans(personal);
        personal.MapTopUps();
        group.MapPurchases(personal);
        group.MapAnalytics(endpoints.ServiceProvider);
        return group;
    }
}
