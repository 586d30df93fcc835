using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Administration;

/// <summary>A <see cref="TestApp"/> with real authentication and a policy for admins: the user <c>root</c> is one.</summary>
internal static class AdminApp
{
    public const string Policy = "CreditAdmin";
    public const string Admin = "root";
    public const string Api = "/api/credits/admin";

    public static Task<TestApp> StartAsync(Action<WebApplication>? map = null, Action<IServiceCollection>? services = null, Action<AiCreditsOptions>? configure = null) => TestApp.StartAsync(
        options =>
        {
            options.WelcomeCredits = 0;
            configure?.Invoke(options);
        },
        collection =>
        {
            AddAdmins(collection);
            services?.Invoke(collection);
        },
        map ?? (app => app.MapAiCreditsAdmin().RequireAuthorization(Policy)),
        afterRouting: app => app.UseAuthentication().UseAuthorization());

    public static void AddAdmins(IServiceCollection services)
    {
        services.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", null);
        services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.RequireClaim(ClaimTypes.NameIdentifier, Admin));
    }

    public static async Task<HttpResponseMessage> ActAsync(this TestApp app, string act, object body, string? key = null, string? user = Admin, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/acts/{act}") { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        if (user is not null)
        {
            request.Headers.Add("X-User", user);
        }

        change?.Invoke(request);
        return await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static async Task<JsonElement> ActAsync(this TestApp app, int status, string act, object body, string? key = null)
    {
        using var response = await app.ActAsync(act, body, key);
        return await TestApp.ReadAsync(response, status);
    }

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, Microsoft.Extensions.Logging.ILoggerFactory loggers, System.Text.Encodings.Web.UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Request.Headers["X-User"].FirstOrDefault() is { } user
                ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user), new Claim(ClaimTypes.Name, $"{user}@example.com")], "header")), "header"))
                : AuthenticateResult.NoResult());
    }
}
