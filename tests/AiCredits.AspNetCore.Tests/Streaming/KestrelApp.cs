using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Text;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiCredits.AspNetCore.Streaming;

/// <summary>A real app on a real port. Every caller is the user <c>ann</c>.</summary>
internal sealed class KestrelApp : IAsyncDisposable
{
    private readonly WebApplication app;

    private KestrelApp(WebApplication app)
    {
        this.app = app;
        Address = new Uri(app.Urls.First());
        Client = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public static async Task<KestrelApp> StartAsync(Action<WebApplication> map, Action<AiCreditsHttpOptions>? http = null, Action<WebApplication>? inside = null, Action<WebApplication>? outside = null, Action<IServiceCollection>? services = null, bool synchronous = false)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AllowSynchronousIO = synchronous;
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        builder.Logging.ClearProviders();
        builder.Services.AddAiCredits(configureHttp: http);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "ann")], "test"));
            return next(context);
        });
        app.UseRouting();
        outside?.Invoke(app);
        app.UseAiCredits();
        inside?.Invoke(app);
        map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new KestrelApp(app);
    }

    public async Task<AccountState> AccountAsync() =>
        (await app.Services.GetRequiredService<CreditMeter>().GetAccountAsync(new AccountId("ann"), TestContext.Current.CancellationToken)).State;

    /// <summary>The one generation, once it is settled.</summary>
    public async Task<Generation> SettledAsync()
    {
        var store = app.Services.GetRequiredService<ICreditStore>();
        for (var round = 0; ; round++)
        {
            var generations = await store.GetGenerationsAsync(new GenerationQuery(new AccountId("ann")), TestContext.Current.CancellationToken);
            if (generations.Count > 0 && generations[0].Status != GenerationStatus.Running)
            {
                return generations[0];
            }

            round.ShouldBeLessThan(1000, "The generation was never settled.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A raw connection with a request on it.</summary>
    public async Task<NetworkStream> SendAsync(string path, string headers = "")
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port, TestContext.Current.CancellationToken);
        var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: 0\r\n\r\n"), TestContext.Current.CancellationToken);
        return stream;
    }

    /// <summary>Reads until the text has come.</summary>
    public static async Task<string> ReadUntilAsync(Stream stream, string text)
    {
        var buffer = new byte[4096];
        var all = new StringBuilder();
        while (!all.ToString().Contains(text, StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            if (read == 0)
            {
                break;
            }

            all.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return all.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}
