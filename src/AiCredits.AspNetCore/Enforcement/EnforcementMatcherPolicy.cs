using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>
/// The last line of defence: every paid endpoint is matched as a twin that looks, right before its handler, whether the
/// middleware has run for this request and this price. It has not when <c>UseAiCredits</c> stands before
/// <c>UseRouting</c> or in another branch; the answer is then 500 instead of free work.
/// </summary>
internal sealed class EnforcementMatcherPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    private readonly ConditionalWeakTable<Endpoint, Endpoint> twins = [];

    // After every policy that chooses or replaces endpoints.
    public override int Order => int.MaxValue;

    // What a dynamic endpoint becomes is known only when a request is matched.
    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(IsPaid) || ContainsDynamicEndpoints(endpoints);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var index = 0; index < candidates.Count; index++)
        {
            var candidate = candidates[index];
            if (candidates.IsValidCandidate(index) && IsPaid(candidate.Endpoint))
            {
                candidates.ReplaceEndpoint(index, twins.GetValue(candidate.Endpoint, Guard), candidate.Values);
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

        var metadata = endpoint.Metadata.GetRequiredMetadata<IRequiresCreditsMetadata>();
        var name = endpoint.DisplayName ?? "an endpoint";
        var faults = EnforcementFaults.OfPlace(endpoint, metadata, name).ToArray();
        return new RouteEndpoint(
            context =>
            {
                if (faults.Length > 0)
                {
                    throw new InvalidOperationException(string.Join(Environment.NewLine, faults));
                }

                return !PaidRequest.Applies(metadata, context.Request) || (context.Features.Get<ICreditsFeature>() is CreditsFeature feature && feature.Covers(metadata))
                    ? handler(context)
                    : throw new InvalidOperationException(
                        $"AIC1110: '{name}' requires credits, but app.UseAiCredits() did not run for this request. Call it after UseRouting and UseAuthentication, in the branch of the endpoint.");
            },
            route.RoutePattern,
            route.Order,
            route.Metadata,
            route.DisplayName);
    }
}
