using System.Security.Claims;
using System.Text.Json;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.AspNetCore;

/// <summary>A real app in memory with the endpoints mapped. The request header <c>X-User</c> signs a user in, <c>X-Address</c> is the client's address.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly WebApplication app;

    private TestApp(WebApplication app, FakeTimeProvider clock)
    {
        this.app = app;
        Clock = clock;
        Client = app.GetTestClient();
    }

    public FakeTimeProvider Clock { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    public ICreditStore Store => Services.GetRequiredService<ICreditStore>();

    public static async Task<TestApp> StartAsync(
        Action<AiCreditsOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null,
        bool mapCredits = true,
        string? environment = null,
        Action<WebApplication>? afterRouting = null,
        string? pathBase = null)
    {
        var clock = new FakeTimeProvider(Start);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddAiCredits(configure);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(context.Request.Headers["X-Address"].FirstOrDefault() ?? "192.0.2.1");
            if (context.Request.Headers["X-User"].FirstOrDefault() is { } user)
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user)], "test"));
            }

            return next(context);
        });
        if (pathBase is not null)
        {
            app.UsePathBase(pathBase);
        }

        app.UseRouting();
        afterRouting?.Invoke(app);
        app.UseAiCredits();
        if (mapCredits)
        {
            app.MapAiCredits();
        }

        map?.Invoke(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestApp(app, clock);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? user = null, string? accept = null, string? address = null, string? cookie = null)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in new[] { ("X-User", user), ("Accept", accept), ("X-Address", address), ("Cookie", cookie) })
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
            }
        }

        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? user = null, string? accept = null, string? address = null) =>
        SendAsync(HttpMethod.Get, path, user, accept, address);

    /// <summary>Sends a POST with whatever a client library would refuse to send.</summary>
    public Task<HttpContext> InvokeAsync(string path, Action<HttpRequest> configure) => app.GetTestServer().SendAsync(
        context =>
        {
            context.Request.Method = "POST";
            context.Request.Path = path;
            configure(context.Request);
        },
        TestContext.Current.CancellationToken);

    /// <summary>The JSON of an answer that must have this status.</summary>
    public async Task<JsonElement> JsonAsync(string path, string? user = null, int status = 200)
    {
        using var response = await GetAsync(path, user);
        return await ReadAsync(response, status);
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response, int status = 200)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(status, text);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(status < 400 ? "application/json" : "application/problem+json");
        return JsonDocument.Parse(text).RootElement;
    }

    public Task<GrantResult> GrantAsync(string user, Credits amount, GrantKind kind = GrantKind.Purchase, DateTime? expiresAt = null, string? description = null, params string[] models) =>
        Store.ExecuteAsync(
            new GrantCommand(new AccountId(user), kind, amount) { ExpiresAt = expiresAt, Description = description, Models = models, Key = Guid.NewGuid().ToString() },
            TestContext.Current.CancellationToken).AsTask();

    /// <summary>Sets credits aside for a generation; ends it as told, or leaves it running.</summary>
    public async Task<GenerationTicket> GenerateAsync(Caller caller, string model = "flux-dev", GenerationOutcome? outcome = GenerationOutcome.Succeeded, string? prompt = null)
    {
        var ticket = (await AdmitAsync(caller, model, prompt)).ShouldBeOfType<Admission.Admitted>().Ticket;
        if (outcome is { } end)
        {
            await Services.GetRequiredService<CreditMeter>().SettleAsync(ticket, new GenerationEnd { Outcome = end }, cancellationToken: TestContext.Current.CancellationToken);
        }

        return ticket;
    }

    public async Task<Admission> AdmitAsync(Caller caller, string model = "flux-dev", string? prompt = null)
    {
        var quote = Services.GetRequiredService<Pricing.IPricingTable>().Find(model).ShouldNotBeNull().Quote();
        return await Services.GetRequiredService<CreditMeter>().HoldAsync(new GenerationRequest(caller, quote) { Prompt = prompt }, TestContext.Current.CancellationToken);
    }

    public Task<GenerationTicket> GenerateAsync(string user, string model = "flux-dev", GenerationOutcome? outcome = GenerationOutcome.Succeeded, string? prompt = null) =>
        GenerateAsync(new Caller.Account(new AccountId(user)), model, outcome, prompt);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}
