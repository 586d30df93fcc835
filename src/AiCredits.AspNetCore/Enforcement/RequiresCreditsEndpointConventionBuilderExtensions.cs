using AiCredits;
using AiCredits.AspNetCore.Enforcement;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Makes endpoints paid.</summary>
public static class RequiresCreditsEndpointConventionBuilderExtensions
{
    /// <summary>Makes endpoints paid at the price of a model, the same as <see cref="RequiresCreditsAttribute"/>.</summary>
    /// <typeparam name="TBuilder">One endpoint, a group, all controllers or all pages.</typeparam>
    /// <param name="builder">The endpoints.</param>
    /// <param name="model">The id of the model in the price list.</param>
    /// <param name="count">How many results one request makes.</param>
    /// <param name="configure">Further details.</param>
    public static TBuilder RequireCredits<TBuilder>(this TBuilder builder, string model, int count = 1, Action<RequireCreditsOptions>? configure = null)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        var metadata = new FluentCredits(model, count, Configure(configure));
        builder.Add(endpoint =>
        {
            if (!HasAttribute(endpoint))
            {
                endpoint.Metadata.Add(metadata);
            }
        });
        return builder;
    }

    /// <summary>Makes a minimal API endpoint paid at the price of what the request names.</summary>
    /// <typeparam name="TRequest">The type of the bound argument to read.</typeparam>
    /// <param name="builder">The endpoint.</param>
    /// <param name="model">Reads the model's id.</param>
    /// <param name="count">Reads how many results; one where it is null or says null.</param>
    /// <param name="prompt">Reads the prompt to record; null for none.</param>
    /// <param name="configure">Further details.</param>
    public static RouteHandlerBuilder RequireCredits<TRequest>(
        this RouteHandlerBuilder builder,
        Func<TRequest, string?> model,
        Func<TRequest, long?>? count = null,
        Func<TRequest, string?>? prompt = null,
        Action<RequireCreditsOptions>? configure = null)
    {
        AddBound(builder, model, count, prompt, configure);
        return builder;
    }

    /// <summary>Makes every endpoint of a group paid at the price of what the request names; each must take a <typeparamref name="TRequest"/>.</summary>
    /// <inheritdoc cref="RequireCredits{TRequest}(RouteHandlerBuilder, Func{TRequest, string?}, Func{TRequest, long?}?, Func{TRequest, string?}?, Action{RequireCreditsOptions}?)" />
    public static RouteGroupBuilder RequireCredits<TRequest>(
        this RouteGroupBuilder builder,
        Func<TRequest, string?> model,
        Func<TRequest, long?>? count = null,
        Func<TRequest, string?>? prompt = null,
        Action<RequireCreditsOptions>? configure = null)
    {
        AddBound(builder, model, count, prompt, configure);
        return builder;
    }

    /// <summary>Makes every action of the controllers paid at the price of what the request names; each must take a <typeparamref name="TRequest"/>, or have a <see cref="RequiresCreditsAttribute"/>.</summary>
    /// <inheritdoc cref="RequireCredits{TRequest}(RouteHandlerBuilder, Func{TRequest, string?}, Func{TRequest, long?}?, Func{TRequest, string?}?, Action{RequireCreditsOptions}?)" />
    public static ControllerActionEndpointConventionBuilder RequireCredits<TRequest>(
        this ControllerActionEndpointConventionBuilder builder,
        Func<TRequest, string?> model,
        Func<TRequest, long?>? count = null,
        Func<TRequest, string?>? prompt = null,
        Action<RequireCreditsOptions>? configure = null)
    {
        AddBound(builder, model, count, prompt, configure);
        return builder;
    }

    private static void AddBound<TRequest>(IEndpointConventionBuilder builder, Func<TRequest, string?> model, Func<TRequest, long?>? count, Func<TRequest, string?>? prompt, Action<RequireCreditsOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(model);
        var options = Configure(configure);
        builder.Add(endpoint =>
        {
            if (HasAttribute(endpoint))
            {
                return;
            }

            var metadata = new BoundCredits<TRequest>(request => new BoundPrice(model(request), count is null ? 1 : count(request) ?? 1, prompt?.Invoke(request)), options);
            endpoint.Metadata.Add(metadata);
            endpoint.FilterFactories.Add(metadata.CreateFilter);
        });
    }

    // MVC runs conventions after it has added an action's own attributes; the nearer one must stay the last.
    private static bool HasAttribute(EndpointBuilder endpoint) => endpoint.Metadata.Any(item => item is RequiresCreditsAttribute);

    private static RequireCreditsOptions Configure(Action<RequireCreditsOptions>? configure)
    {
        var options = new RequireCreditsOptions();
        configure?.Invoke(options);
        return options;
    }
}
