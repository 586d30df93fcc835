using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using AiCredits.Pricing;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>
/// Refuses to start when a paid endpoint would run for free. Runs once the whole pipeline is built, since only then all
/// endpoints are known: minimal APIs, groups, controllers and branches.
/// </summary>
internal sealed class EnforcementStartupFilter(EnforcementState state, IPricingTable pricing) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        var faults = app.ApplicationServices.GetRequiredService<EndpointDataSource>().Endpoints.SelectMany(FaultsOf).Distinct().ToArray();
        if (faults.Length > 0)
        {
            throw new InvalidOperationException($"The app does not start, because paid work would run for free or never:{Environment.NewLine}{string.Join(Environment.NewLine, faults)}");
        }
    };

    private IEnumerable<string> FaultsOf(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<IRequiresCreditsMetadata>() is not { } metadata)
        {
            yield break;
        }

        var name = endpoint.DisplayName ?? "an endpoint";
        if (!state.IsUsed)
        {
            yield return $"AIC1101: '{name}' requires credits, but the app never calls app.UseAiCredits(). Call it after UseAuthentication.";
        }

        if (metadata.IsBound)
        {
            if (endpoint.Metadata.GetMetadata<BoundPriceIsEnforced>() is null && endpoint.Metadata.GetMetadata<ControllerActionDescriptor>() is null)
            {
                yield return $"AIC1104: '{name}' has [RequiresCredits(ModelFrom = ...)], which only MVC actions can have. Use .RequireCredits<TRequest>(request => request.Model) on a minimal API.";
            }
        }
        else if (string.IsNullOrEmpty(metadata.Model))
        {
            yield return $"AIC1105: '{name}' requires credits but names no model. Write [RequiresCredits(\"flux-dev\")] with a model of the price list.";
        }
        else if (pricing.Find(metadata.Model) is null)
        {
            yield return $"AIC1102: '{name}' requires credits for the model '{metadata.Model}', which has no price. Add AiCredits:Models:{metadata.Model}:Credits, or use one of: {string.Join(", ", pricing.Models.Select(model => model.Id))}.";
        }

        if (metadata.Count < 1)
        {
            yield return $"AIC1106: '{name}' requires credits for {metadata.Count} results. Use a count of 1 or more.";
        }

        // The framework's marker is internal, so it is known by its name only.
        if (endpoint.Metadata.Any(item => item.GetType().Name == "ShortCircuitMetadata"))
        {
            yield return $"AIC1103: '{name}' requires credits but is short-circuited, so that no middleware runs for it. Remove .ShortCircuit().";
        }
    }
}
