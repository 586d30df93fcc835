using AiCredits.AspNetCore.Administration;
using AiCredits.AspNetCore.Analytics;
using AiCredits.AspNetCore.Dashboard;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps what is for admins only.</summary>
public static class AiCreditsAdminEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the endpoints by which admins look up accounts and act on them, under <paramref name="prefix"/>. They are
    /// closed to everyone (404), in every environment, until a policy says who an admin is: <c>AiCredits:Http:AdminPolicy</c>,
    /// or <c>.RequireAuthorization("...")</c> with the name of a policy on what this returns.
    /// </summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="prefix">What the paths start with.</param>
    /// <exception cref="InvalidOperationException"><c>AddAiCredits</c> was not called.</exception>
    public static RouteGroupBuilder MapAiCreditsAdmin(this IEndpointRouteBuilder endpoints, string prefix = "/api/credits/admin")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        var problems = Problems(endpoints, nameof(MapAiCreditsAdmin));
        var group = endpoints.MapGroup(prefix).ForAdmins(endpoints.ServiceProvider);
        MapApi(group, endpoints.ServiceProvider, problems);
        return group;
    }

    /// <summary>
    /// Maps the dashboard: plots, accounts with their history, open holds, integrity, packs and prices, and the admin acts. A
    /// page with everything it needs inside this package. Closed to everyone (404), in every environment, until a policy says
    /// who an admin is, as with <see cref="MapAiCreditsAdmin"/>, whose endpoints it has below <c>/api</c>.
    /// </summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="path">Where the page is.</param>
    /// <exception cref="InvalidOperationException"><c>AddAiCredits</c> was not called.</exception>
    public static RouteGroupBuilder MapAiCreditsDashboard(this IEndpointRouteBuilder endpoints, string path = "/credits-admin")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(path);
        var problems = Problems(endpoints, nameof(MapAiCreditsDashboard));
        var group = endpoints.MapGroup(path).ForAdmins(endpoints.ServiceProvider);
        MapApi(group.MapGroup("/api"), endpoints.ServiceProvider, problems);
        var pages = group.MapGroup("").ExcludeFromDescription().AddEndpointFilter((context, next) =>
        {
            DashboardPage.SetHeaders(context.HttpContext.Response);
            return next(context);
        });
        pages.MapGet("", DashboardPage.Get);
        pages.MapGet("/assets/{name}", DashboardAssets.Get);
        return group;
    }

    private static CreditProblems Problems(IEndpointRouteBuilder endpoints, string call) => endpoints.ServiceProvider.GetService<CreditProblems>()
        ?? throw new InvalidOperationException($"AIC1700: app.{call}() was called without its services. Call builder.Services.AddAiCredits() first.");

    private static void MapApi(RouteGroupBuilder group, IServiceProvider services, CreditProblems problems)
    {
        group.WithTags("Credits administration").ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.AddEndpointFilter(new UnavailableFilter(problems));
        group.AddEndpointFilter((context, next) =>
        {
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            return next(context);
        });
        ActivatorUtilities.CreateInstance<AccountEndpoints>(services).Map(group);
        ActivatorUtilities.CreateInstance<SoldEndpoints>(services).Map(group);
        ActivatorUtilities.CreateInstance<PackEndpoints>(services).Map(group);
        ActivatorUtilities.CreateInstance<ActEndpoints>(services).Map(group);
        ActivatorUtilities.CreateInstance<RefundEndpoint>(services).Map(group);
        ActivatorUtilities.CreateInstance<CheckEndpoint>(services).Map(group);
        MapReport(group, "/analytics");
    }

    // Not in the group of the admin endpoints: it is one of the endpoints that MapAiCredits promises. Whatever policy that
    // group is given says who a user is, not who an admin is, so only the setting opens it.
    internal static void MapAnalytics(this IEndpointRouteBuilder endpoints, IServiceProvider services) =>
        MapReport(endpoints.MapGroup("").ForAdmins(services, onlyBySetting: true), "/credits/analytics");

    private static void MapReport(IEndpointRouteBuilder endpoints, string path) => endpoints.MapGet(path, AnalyticsEndpoint.GetAsync)
        .WithSummary("What was generated, spent, granted and bought in a period")
        .Produces<AnalyticsItem>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
