using System.Collections.Concurrent;
using System.Net;
using AiCredits.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.Stripe.Payments;

/// <summary>Answers on a loopback port in Stripe's place, as a test says, and keeps what it was asked.</summary>
internal sealed class StripeStandIn : IAsyncDisposable
{
    public const string Key = "sk_test_standin0123456789";
    private readonly WebApplication app;
    private readonly List<StripePaymentProvider> providers = [];

    private StripeStandIn(WebApplication app) => this.app = app;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    public ConcurrentQueue<SeenRequest> Requests { get; } = new();

    /// <summary>The answer to a request, by its number from 0.</summary>
    public Func<SeenRequest, int, HttpContext, Task> Answer { get; set; } = (_, _, context) =>
    {
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    };

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<StripeStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var standIn = new StripeStandIn(builder.Build());
        standIn.app.Run(async context =>
        {
            var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
            var request = new SeenRequest(
                context.Request.Method,
                context.Request.Path,
                context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()),
                form.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()),
                context.Request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            standIn.Requests.Enqueue(request);
            await standIn.Answer(request, standIn.Requests.Count - 1, context);
        });
        await standIn.app.StartAsync(TestContext.Current.CancellationToken);
        return standIn;
    }

    /// <summary>Every request gets the same JSON.</summary>
    public void Always(string json, int status = 200) => Answer = (_, _, context) => WriteAsync(context, json, status);

    public static Task WriteAsync(HttpContext context, string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    public IPaymentProvider Provider(Action<StripeOptions>? configure = null)
    {
        var options = new StripeOptions { SecretKey = Key, ApiBase = Address, Timeout = TimeSpan.FromSeconds(10) };
        configure?.Invoke(options);
        var provider = new StripePaymentProvider(Options.Create(options), Clock);
        providers.Add(provider);
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        providers.ForEach(provider => provider.Dispose());
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }
}

internal sealed record SeenRequest(
    string Method,
    string Path,
    Dictionary<string, string> Query,
    Dictionary<string, string> Form,
    Dictionary<string, string> Headers);
