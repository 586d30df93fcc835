using AiCredits.Ledger;
using AiCredits.Pricing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Finds what is wrong with a paid endpoint: how it would run for free, or never.</summary>
internal sealed class EnforcementFaults(EnforcementState state, IPricingTable pricing, IOptionsMonitor<AiCreditsOptions> options)
{
    /// <summary>Every fault that can be seen at start-up.</summary>
    public IEnumerable<string> Of(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<IRequiresCreditsMetadata>() is not { } metadata)
        {
            return [];
        }

        var name = endpoint.DisplayName ?? "an endpoint";
        return OfPipeline(name).Concat(OfPlace(endpoint, metadata, name)).Concat(OfPrice(metadata, name));
    }

    /// <summary>The faults that let an endpoint run for free, for endpoints that appear while the app runs.</summary>
    public static IEnumerable<string> OfPlace(Endpoint endpoint, IRequiresCreditsMetadata metadata, string name)
    {
        if (metadata.IsBound && BoundFault(endpoint, metadata) is { } fault)
        {
            yield return $"AIC1104: '{name}' {fault}";
        }

        // The framework's marker is internal, so it is known by its name only.
        if (endpoint.Metadata.Any(item => item.GetType().Name == "ShortCircuitMetadata"))
        {
            yield return $"AIC1103: '{name}' requires credits but is short-circuited, so that no middleware runs for it. Remove .ShortCircuit().";
        }

        if (endpoint.Metadata.Any(item => item is IOutputCachePolicy or OutputCacheAttribute { NoStore: false }))
        {
            yield return $"AIC1107: '{name}' requires credits but its answers are cached, so that they would be served again without charge. Remove .CacheOutput() or [OutputCache].";
        }
    }

    private IEnumerable<string> OfPipeline(string name)
    {
        if (!state.IsUsed)
        {
            yield return $"AIC1101: '{name}' requires credits, but the app never calls app.UseAiCredits(). Call it after UseAuthentication and UseAuthorization.";
        }
    }

    private IEnumerable<string> OfPrice(IRequiresCreditsMetadata metadata, string name)
    {
        if (string.IsNullOrEmpty(metadata.Model) && !metadata.IsBound)
        {
            yield return $"AIC1105: '{name}' requires credits but names no model. Write [RequiresCredits(\"flux-dev\")] with a model of the price list.";
        }
        else if (metadata is RequiresCreditsAttribute { Model: not null, ModelFrom: not null } or RequiresCreditsAttribute { Model: null, ModelFrom: null, IsBound: true })
        {
            yield return $"AIC1105: '{name}' must name its model once. Write [RequiresCredits(\"flux-dev\")], or [RequiresCredits(ModelFrom = \"Model\")] where the request names it.";
        }
        else if (metadata.Model is { } model && pricing.Find(model) is null)
        {
            yield return $"AIC1102: '{name}' requires credits for the model '{model}', which has no price. Add AiCredits:Models:{model}:Credits, or use one of: {string.Join(", ", pricing.Models.Select(known => known.Id))}.";
        }

        if (metadata.Count < 1 || metadata.Count > options.CurrentValue.MaxCount)
        {
            yield return $"AIC1106: '{name}' requires credits for {metadata.Count} results. Use a count of 1 to {options.CurrentValue.MaxCount}, or raise AiCredits:MaxCount.";
        }

        if (metadata.Lease is { } lease && (lease < TimeSpan.FromSeconds(1) || lease > HoldCommand.MaxLease))
        {
            yield return $"AIC1108: '{name}' has a lease of {lease}. Use a second to {HoldCommand.MaxLease.TotalDays:0} days, and longer than the longest generation.";
        }

        if (metadata.Methods is { } methods && (methods.Count == 0 || methods.Any(string.IsNullOrWhiteSpace)))
        {
            yield return $"AIC1109: '{name}' requires credits for no HTTP method, so it would never be charged. Name the methods, such as POST, or leave Methods out.";
        }
    }

    private static string? BoundFault(Endpoint endpoint, IRequiresCreditsMetadata metadata)
    {
        if (metadata is IBoundCredits bound)
        {
            return bound.IsEnforced ? null
                : $"requires credits by what its {bound.RequestType.Name} names, but takes no such argument, or is no handler with arguments. Add the argument, or use .RequireCredits(\"model\").";
        }

        if (metadata is not RequiresCreditsAttribute attribute)
        {
            return "requires credits by metadata of another package that says IsBound, but nothing enforces it. Use .RequireCredits<TRequest>(request => request.Model).";
        }

        if (endpoint.Metadata.GetMetadata<ControllerActionDescriptor>() is not { } action)
        {
            return "has [RequiresCredits(ModelFrom = ..., CountFrom = ..., PromptFrom = ...)], which only MVC actions can have. Use .RequireCredits<TRequest>(request => request.Model) on a minimal API, or [RequiresCredits(\"model\")].";
        }

        var filter = FilterOf(action, attribute);
        return filter is null ? "has [RequiresCredits(ModelFrom = ...)], but its filter was removed from the action. Keep it, or use [RequiresCredits(\"model\")]."
            : filter.Faults.Count > 0 ? $"has [RequiresCredits(...)] whose {string.Join(" and whose ", filter.Faults)}. Name an argument of the action, or a property of one."
            : null;
    }

    private static BoundPriceActionFilter? FilterOf(ActionDescriptor action, RequiresCreditsAttribute attribute) =>
        action.FilterDescriptors.Select(descriptor => descriptor.Filter).OfType<BoundPriceActionFilter>().FirstOrDefault(filter => ReferenceEquals(filter.Attribute, attribute));
}
