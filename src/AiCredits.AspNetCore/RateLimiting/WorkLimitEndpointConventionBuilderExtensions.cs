using AiCredits.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Limits how often endpoints that create work can be called.</summary>
public static class WorkLimitEndpointConventionBuilderExtensions
{
    /// <summary>
    /// Limits how often one user, or one client network, may call these endpoints: for sign-up and whatever else creates
    /// work without being paid. By default 10 at once and 10 a minute (<c>AiCredits:Http:WorkLimit</c> and
    /// <c>WorkWindow</c>), counted on each instance. Refused calls get a 429 problem with <c>Retry-After</c>. Enforced with
    /// or without <c>app.UseRateLimiter()</c>; for controllers write <c>[EnableRateLimiting("aicredits-work")]</c>, which
    /// needs that call.
    /// </summary>
    /// <typeparam name="TBuilder">A minimal API or a group of them.</typeparam>
    public static TBuilder RequireAiCreditsWorkLimit<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.RequireRateLimiting(WorkLimitPolicy.Name);
        builder.WithMetadata(new ProducesResponseTypeAttribute(typeof(ProblemDetails), StatusCodes.Status429TooManyRequests, "application/problem+json"));
        return builder.AddEndpointFilter<TBuilder, WorkLimitFilter>();
    }
}
