using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Problems;
using AiCredits.AspNetCore.Teams;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints that manage the members of a shared account.</summary>
public static class AiCreditsTeamEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>GET /credits/members</c>, <c>PUT</c> and <c>DELETE /credits/members/{id}</c> under <paramref name="prefix"/>. They
    /// act on the caller's own account and no other, and are closed to everyone whom the policy does not let in.
    /// </summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="policy">The authorization policy of those who manage their team.</param>
    /// <param name="prefix">What the paths start with.</param>
    /// <exception cref="ArgumentException">No policy is named.</exception>
    /// <exception cref="InvalidOperationException"><c>AddAiCredits</c> was not called.</exception>
    public static RouteGroupBuilder MapAiCreditsTeam(this IEndpointRouteBuilder endpoints, string policy, string prefix = "/api")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrWhiteSpace(policy);
        ArgumentNullException.ThrowIfNull(prefix);
        var unavailable = new UnavailableFilter(endpoints.ServiceProvider.GetService<CreditProblems>()
            ?? throw new InvalidOperationException("AIC1401: app.MapAiCreditsTeam() was called without its services. Call builder.Services.AddAiCredits() first."));

        var group = endpoints.MapGroup(prefix).WithTags("Team").RequireAuthorization(policy);
        group.AddEndpointFilter(unavailable);
        group.AddEndpointFilter<MembersOnlyFilter>();
        group.MapGet("/credits/members", TeamEndpoints.ListAsync)
            .WithSummary("The members of the caller's team, their caps and what of them is used")
            .Produces<MemberItem[]>();
        group.MapPut("/credits/members/{id}", TeamEndpoints.PutAsync)
            .WithSummary("Adds a member or sets a member's caps")
            .Accepts<MemberBody>("application/json")
            .Produces<MemberItem>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapDelete("/credits/members/{id}", TeamEndpoints.DeleteAsync)
            .WithSummary("Lets a member spend no more")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
        return group;
    }
}
