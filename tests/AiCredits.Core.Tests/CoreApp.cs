using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.Metering;
using AiCredits.Packs;
using AiCredits.Pricing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.Core.Tests;

/// <summary>The core as a worker has it: no HTTP, settings from a dictionary, a clock that the test moves.</summary>
internal sealed class CoreApp : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public CoreApp(Dictionary<string, string?>? settings = null, Action<AiCreditsBuilder>? build = null, Action<AiCreditsOptions>? configure = null)
    {
        Settings = new ConfigurationBuilder().AddInMemoryCollection(settings ?? []).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(Settings);
        services.AddSingleton<TimeProvider>(Clock);
        services.AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(Logs)));
        var builder = services.AddAiCreditsCore(configure);
        build?.Invoke(builder);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public IConfigurationRoot Settings { get; }

    public FakeLogCollector Logs { get; } = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    public CreditMeter Meter => Get<CreditMeter>();

    public ICreditStore Store => Get<ICreditStore>();

    public IPricingTable Prices => Get<IPricingTable>();

    public IPackCatalog Packs => Get<IPackCatalog>();

    public AiCreditsOptions Options => Get<IOptionsMonitor<AiCreditsOptions>>().CurrentValue;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Changes settings while the app runs.</summary>
    public void Change(string key, string? value)
    {
        Settings[key] = value;
        Settings.Reload();
    }

    public MetricCollector<T> Measure<T>(string instrument)
        where T : struct => new(Get<System.Diagnostics.Metrics.IMeterFactory>(), CreditMetrics.MeterName, instrument);

    public static GuestIdentity Guest(int limit = 3) => new("guest", [new GuestSubject("cookie:guest", limit)]);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
