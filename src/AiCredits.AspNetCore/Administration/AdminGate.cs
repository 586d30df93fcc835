using AiCredits.AspNetCore.Problems;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Administration;

/// <summary>
/// Keeps endpoints closed to everyone until a policy is named that says who an admin is: in every environment, since a
/// dashboard that is open "only in Development" is one wrong variable from being open to the world.
/// </summary>
internal static class AdminGate
{
    /// <summary>Closes the endpoints of a group, and opens them to whom the policy of the settings lets in.</summary>
    /// <param name="endpoints">The group.</param>
    /// <param name="services">The app's services.</param>
    /// <param name="onlyBySetting">True where a policy that the group is given doesn't say who an admin is.</param>
    public static TBuilder ForAdmins<TBuilder>(this TBuilder endpoints, IServiceProvider services, bool onlyBySetting = false)
        where TBuilder : IEndpointConventionBuilder
    {
        var policy = services.GetRequiredService<IOptions<AiCreditsHttpOptions>>().Value.AdminPolicy;
        endpoints.Add(endpoint =>
        {
            // What the groups around say is about more than admins: it neither opens these endpoints nor stands for the setting.
            endpoint.Metadata.Add(new FromAround(new HashSet<object>(endpoint.Metadata, ReferenceEqualityComparer.Instance)));
            if (!string.IsNullOrEmpty(policy))
            {
                endpoint.Metadata.Add(new AuthorizeAttribute(policy));
            }
        });

        // At the very end, when whatever the app says of its endpoints has been said.
        endpoints.Finally(endpoint =>
        {
            var around = endpoint.Metadata.OfType<FromAround>().Last();
            endpoint.Metadata.Remove(around);
            var open = !endpoint.Metadata.OfType<IAllowAnonymous>().Any() && NamesWho(endpoint.Metadata.Where(item => !around.Metadata.Contains(item))) && !(onlyBySetting && string.IsNullOrEmpty(policy));
            endpoint.Metadata.Add(new AdminEndpoint(open, IsAsked: !onlyBySetting));
            if (!open)
            {
                endpoint.RequestDelegate = ClosedAsync;
            }
        });
        return endpoints;
    }

    // A bare RequireAuthorization() lets in whoever is signed in, and AllowAnonymous everyone: neither says who an admin is.
    private static bool NamesWho(IEnumerable<object> metadata) => metadata.Any(item =>
        item is AuthorizationPolicy || (item is IAuthorizeData data && !(string.IsNullOrEmpty(data.Policy) && string.IsNullOrEmpty(data.Roles))));

    private sealed record FromAround(HashSet<object> Metadata);

    // 404 as for a path that doesn't exist: nobody learns that there is something to try.
    private static Task ClosedAsync(HttpContext context) =>
        context.RequestServices.GetRequiredService<CreditProblems>().NotFound(context, "There is nothing at this address.").ExecuteAsync(context);
}
