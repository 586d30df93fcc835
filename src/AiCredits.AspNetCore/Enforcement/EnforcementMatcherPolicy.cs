using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>
/// The last line of defence: every paid endpoint is matched as a twin that looks, right before its handler, whether the
/// middleware has run for this request. It has not when <c>UseAiCredits</c> stands before <c>UseRouting</c> or in
/// another branch; the answer is then 500 instead of free work.
/// </summary>
internal sealed class EnforcementMatcherPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    private readonly ConditionalWeakTable<Endpoint, Endpoint> twins = [];

    // After every policy that chooses between endpoints.
    public override int Order => int.MaxValue - 100;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(IsPaid);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var index = 0; index < candidates.Count; index++)
        {
            var endpoint = candidates[index].Endpoint;
            if (candidates.IsValidCandidate(index) && IsPaid(endpoint))
            {
                candidates.ReplaceEndpoint(index, twins.GetValue(endpoint, Guard), candidates[index].Values);
            }
        }

        return Task.CompletedTask;
    }

    private static bool IsPaid(Endpoint endpoint) => endpoint.Metadata.GetMetadata<IRequiresCreditsMetadata>() is not null;

    private static Endpoint Guard(Endpoint endpoint)
    {
        if (endpoint is not RouteEndpoint { RequestDelegate: { } handler } route)
        {
            return endpoint;
        }

        return new RouteEndpoint(
            context => context.Features.Get<ICreditsFeature>() is not null
                ? handler(context)
                : throw new InvalidOperationException(
                    $"AIC1110: '{endpoint.DisplayName}' requires credits, but app.UseAiCredits() did not run for this request. Call it after UseRouting and UseAuthentication, in the branch of the endpoint."),
            route.RoutePattern,
            route.Order,
            route.Metadata,
            route.DisplayName);
    }
}
