using AiCredits.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>
/// A price that depends on a bound argument, and the filter that holds it before the handler runs. One instance for each
/// endpoint, so that start-up can tell where the filter is missing. The middleware settles.
/// </summary>
internal sealed class BoundCredits<TRequest>(Func<TRequest, BoundPrice> read, RequireCreditsOptions options)
    : FluentCredits(model: null, count: 1, options), IBoundCredits
{
    public override bool IsBound => true;

    public Type RequestType => typeof(TRequest);

    public bool IsEnforced { get; private set; }

    public EndpointFilterDelegate CreateFilter(EndpointFilterFactoryContext factory, EndpointFilterDelegate next)
    {
        var index = Array.FindIndex(factory.MethodInfo.GetParameters(), parameter => typeof(TRequest).IsAssignableFrom(parameter.ParameterType));
        if (index < 0)
        {
            // Start-up reports it: a filter can't name the endpoint.
            return next;
        }

        IsEnforced = true;
        var enforcer = factory.ApplicationServices.GetRequiredService<CreditEnforcer>();
        var problems = factory.ApplicationServices.GetRequiredService<CreditProblems>();
        return async invocation =>
        {
            var context = invocation.HttpContext;

            // Filters run even when binding has failed, with the framework's 400 already set and arguments missing; and
            // a group's filter runs on endpoints that have a price of their own.
            if (context.Response.StatusCode >= StatusCodes.Status400BadRequest || !ReferenceEquals(PaidRequest.MetadataOf(context), this))
            {
                return await next(invocation).ConfigureAwait(false);
            }

            if (invocation.GetArgument<TRequest?>(index) is not { } request)
            {
                return problems.BadRequest(context, "invalid-request", "The request is empty", "Send a body that names what to generate.");
            }

            return await enforcer.AdmitAsync(context, read(request)).ConfigureAwait(false) ?? await next(invocation).ConfigureAwait(false);
        };
    }
}
