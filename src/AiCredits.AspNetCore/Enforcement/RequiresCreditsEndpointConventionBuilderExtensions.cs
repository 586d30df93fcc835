using AiCredits.AspNetCore.Enforcement;
using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Makes endpoints paid.</summary>
public static class RequiresCreditsEndpointConventionBuilderExtensions
{
    /// <summary>Makes endpoints paid at the price of a model, the same as <see cref="AiCredits.RequiresCreditsAttribute"/>.</summary>
    /// <typeparam name="TBuilder">One endpoint, a group, or all controllers.</typeparam>
    /// <param name="builder">The endpoints.</param>
    /// <param name="model">The id of the model in the price list.</param>
    /// <param name="count">How many results one request makes.</param>
    /// <param name="configure">Further details.</param>
    public static TBuilder RequireCredits<TBuilder>(this TBuilder builder, string model, int count = 1, Action<RequireCreditsOptions>? configure = null)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = Configure(configure);
        builder.Add(endpoint => endpoint.Metadata.Add(new FluentMetadata { Model = model, Count = count, AllowGuests = options.AllowGuests, Streams = options.Streams }));
        return builder;
    }

    /// <summary>Makes an endpoint paid at the price of the model that the request names: a minimal API, or all controllers.</summary>
    /// <typeparam name="TRequest">The type of the bound argument to read.</typeparam>
    /// <param name="builder">The endpoint.</param>
    /// <param name="model">Reads the model's id.</param>
    /// <param name="count">Reads how many results; null for one.</param>
    /// <param name="prompt">Reads the prompt to record; null for none.</param>
    /// <param name="configure">Further details.</param>
    public static RouteHandlerBuilder RequireCredits<TRequest>(
        this RouteHandlerBuilder builder,
        Func<TRequest, string?> model,
        Func<TRequest, long>? count = null,
        Func<TRequest, string?>? prompt = null,
        Action<RequireCreditsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(model);
        var options = Configure(configure);
        builder.Add(endpoint =>
        {
            endpoint.Metadata.Add(new FluentMetadata { IsBound = true, AllowGuests = options.AllowGuests, Streams = options.Streams });
            endpoint.Metadata.Add(BoundPriceIsEnforced.Instance);
        });
        return builder.AddEndpointFilter(new BoundPriceFilter<TRequest>(request => new BoundPrice(model(request), count?.Invoke(request) ?? 1, prompt?.Invoke(request))));
    }

    private static RequireCreditsOptions Configure(Action<RequireCreditsOptions>? configure)
    {
        var options = new RequireCreditsOptions();
        configure?.Invoke(options);
        return options;
    }
}
