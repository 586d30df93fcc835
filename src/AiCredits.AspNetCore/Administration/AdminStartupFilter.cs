using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Administration;

/// <summary>Says at the start which admin endpoints are closed for want of a policy, and refuses a policy that doesn't exist.</summary>
internal sealed partial class AdminStartupFilter(ILogger<AdminStartupFilter> logger) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        var endpoints = app.ApplicationServices.GetService<EndpointDataSource>()?.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<AdminEndpoint>() is not null).ToArray() ?? [];
        var closed = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<AdminEndpoint>() is { IsOpen: false, IsAsked: true }).ToArray();
        if (closed.Length > 0)
        {
            // The shortest is where they were mapped.
            LogClosed(closed.Length, closed.Select(endpoint => endpoint.RoutePattern.RawText ?? "").MinBy(path => path.Length) ?? "");
        }

        foreach (var policy in endpoints.SelectMany(endpoint => endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>()).Select(data => data.Policy).Where(policy => !string.IsNullOrEmpty(policy)).Distinct(StringComparer.Ordinal))
        {
            if (!MayExist(app.ApplicationServices, policy!))
            {
                throw new InvalidOperationException($"AIC1702: The admin endpoints are for the policy '{policy}', which does not exist. Add it: builder.Services.AddAuthorizationBuilder().AddPolicy(\"{policy}\", policy => policy.RequireRole(\"admin\")).");
            }
        }
    };

    // A provider of the app's own may make policies as they are asked for; where it makes none, requests fail closed.
    private static bool MayExist(IServiceProvider services, string policy) =>
        services.GetService<IAuthorizationPolicyProvider>() is { } provider
        && (provider.GetType() != typeof(DefaultAuthorizationPolicyProvider) || services.GetRequiredService<IOptions<AuthorizationOptions>>().Value.GetPolicy(policy) is not null);

    [LoggerMessage(1701, LogLevel.Warning, "AIC1701: {Count} admin endpoints (such as {Path}) are closed to everyone, because no policy says who an admin is. Set AiCredits:Http:AdminPolicy, or call .RequireAuthorization(\"...\") with the name of a policy where they are mapped.")]
    private partial void LogClosed(int count, string path);
}
