using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AiCredits.AspNetCore.Administration;

public sealed class ClosedTests
{
    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Everything_is_closed_until_a_policy_is_named(string environment)
    {
        var log = new FakeLoggerProvider();
        await using var app = await AdminApp.StartAsync(
            map: web => web.MapAiCreditsAdmin(),
            services: services => services.AddSingleton<ILoggerProvider>(log).AddSingleton<IHostEnvironment>(new FixedEnvironment(environment)));

        var endpoints = AdminEndpoints(app);
        endpoints.Length.ShouldBeGreaterThan(10);
        foreach (var endpoint in endpoints)
        {
            var method = endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods[0];
            using var response = await app.SendAsync(new HttpMethod(method), endpoint.RoutePattern.RawText!.Replace("{id}", "x", StringComparison.Ordinal), AdminApp.Admin);
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound, endpoint.RoutePattern.RawText);
        }

        log.Collector.GetSnapshot().Select(record => record.Message).ShouldContain(message => message.StartsWith("AIC1701", StringComparison.Ordinal) && message.Contains("/api/credits/admin", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_policy_opens_them_to_admins_alone()
    {
        await using var app = await AdminApp.StartAsync();
        await app.GrantAsync("ann", 5);

        foreach (var endpoint in AdminEndpoints(app))
        {
            var (method, path) = (new HttpMethod(endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods[0]), endpoint.RoutePattern.RawText!.Replace("{id}", "x", StringComparison.Ordinal));
            (await app.SendAsync(method, path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
            (await app.SendAsync(method, path, "ann")).StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
        }

        (await app.JsonAsync($"{AdminApp.Api}/account?id=ann", AdminApp.Admin)).GetProperty("account").GetProperty("available").GetDecimal().ShouldBe(5);
    }

    [Theory]
    [InlineData(true, HttpStatusCode.Forbidden)]
    [InlineData(false, HttpStatusCode.NotFound)]
    public async Task The_policy_of_a_group_around_them_opens_nothing(bool hasSetting, HttpStatusCode expected)
    {
        await using var app = await AdminApp.StartAsync(
            map: web => web.MapGroup("/inner").RequireAuthorization("everybody").MapAiCreditsAdmin(),
            services: services =>
            {
                services.AddAuthorizationBuilder().AddPolicy("everybody", policy => policy.RequireAuthenticatedUser());
                services.Configure<AiCreditsHttpOptions>(options => options.AdminPolicy = hasSetting ? AdminApp.Policy : null);
            });
        var path = AdminEndpoints(app).Select(endpoint => endpoint.RoutePattern.RawText!).Single(text => text.EndsWith("/accounts", StringComparison.Ordinal));

        (await app.SendAsync(HttpMethod.Get, path, "ann")).StatusCode.ShouldBe(expected);
        (await app.SendAsync(HttpMethod.Get, path, AdminApp.Admin)).StatusCode.ShouldBe(hasSetting ? HttpStatusCode.OK : HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_setting_opens_them_as_well()
    {
        await using var app = await AdminApp.StartAsync(
            map: web => web.MapAiCreditsAdmin(),
            services: services => services.Configure<AiCreditsHttpOptions>(options => options.AdminPolicy = AdminApp.Policy));

        (await app.SendAsync(HttpMethod.Get, $"{AdminApp.Api}/accounts", "ann")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await app.SendAsync(HttpMethod.Get, $"{AdminApp.Api}/accounts", AdminApp.Admin)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task To_be_signed_in_is_not_to_be_an_admin()
    {
        await using var app = await AdminApp.StartAsync(map: web => web.MapAiCreditsAdmin().RequireAuthorization());

        (await app.SendAsync(HttpMethod.Get, $"{AdminApp.Api}/accounts", AdminApp.Admin)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Whoever_allows_everyone_gets_no_one()
    {
        await using var app = await AdminApp.StartAsync(map: web => web.MapAiCreditsAdmin().RequireAuthorization(AdminApp.Policy).AllowAnonymous());

        (await app.SendAsync(HttpMethod.Get, $"{AdminApp.Api}/accounts", AdminApp.Admin)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_policy_that_does_not_exist_stops_the_start()
    {
        var fault = await Should.ThrowAsync<InvalidOperationException>(() => AdminApp.StartAsync(map: web => web.MapAiCreditsAdmin().RequireAuthorization("nobody")));

        fault.Message.ShouldStartWith("AIC1702");
    }

    private static RouteEndpoint[] AdminEndpoints(TestApp app) =>
        [.. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<AdminEndpoint>() is { IsAsked: true })];

    private sealed class FixedEnvironment(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "test";

        public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

        public Microsoft.Extensions.FileProviders.IFileProvider ContentRootFileProvider { get; set; } = new Microsoft.Extensions.FileProviders.NullFileProvider();
    }
}
