using AiCredits.EntityFramework.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>A host as an app has one, without its sweeper, its dispatcher of events and logs.</summary>
internal static class AppHost
{
    public static IHost Build(Action<AiCreditsBuilder> use, TimeProvider? clock = null, Action<HostApplicationBuilder>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.Configure<PostgreSqlOptions>(options => options.AllowUnsafeDurability = UnsafeDurability.NoFsync);
        if (clock is not null)
        {
            builder.Services.AddSingleton(clock);
        }

        configure?.Invoke(builder);
        use(builder.Services.AddAiCreditsCore(options => options.Holds.SweepEnabled = false));

        // Not by a long poll interval: the first poll is at the start, and would take events from under a test.
        builder.Services.Remove(builder.Services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name == "EventDispatcher"));
        return builder.Build();
    }

    public static async Task<IHost> StartAsync(Action<AiCreditsBuilder> use, TimeProvider? clock = null, Action<HostApplicationBuilder>? configure = null)
    {
        var host = Build(use, clock, configure);
        try
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            return host;
        }
        catch
        {
            await DisposeAsync(host);
            throw;
        }
    }

    public static ValueTask DisposeAsync(IHost host) => ((IAsyncDisposable)host).DisposeAsync();
}
