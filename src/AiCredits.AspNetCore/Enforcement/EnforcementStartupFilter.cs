using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>
/// Refuses to start when a paid endpoint would run for free. Looks once the whole pipeline is built, since only then all
/// endpoints are known: minimal APIs, groups, controllers and branches.
/// </summary>
internal sealed class EnforcementStartupFilter(EnforcementFaults faults) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        var found = app.ApplicationServices.GetService<EndpointDataSource>()?.Endpoints.SelectMany(faults.Of).Distinct().ToArray() ?? [];
        if (found.Length > 0)
        {
            throw new InvalidOperationException($"The app does not start, because paid work would run for free or never:{Environment.NewLine}{string.Join(Environment.NewLine, found)}");
        }
    };
}
