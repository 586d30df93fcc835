using AiCredits;
using AiCredits.Administration;
using AiCredits.Analytics;
using AiCredits.Events;
using AiCredits.Guests;
using AiCredits.Idempotency;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Metering;
using AiCredits.Packs;
using AiCredits.Plans;
using AiCredits.Pricing;
using AiCredits.Promotions;
using AiCredits.Purchases;
using AiCredits.Statements;
using AiCredits.Teams;
using AiCredits.TopUps;
using AiCredits.Transfers;
using AiCredits.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the core of AiCredits to an app.</summary>
public static class AiCreditsCoreServiceCollectionExtensions
{
    /// <summary>
    /// Adds the ledger, the guest limit, prices, packs and <see cref="CreditMeter"/>, for workers and queue consumers; web
    /// apps call <c>AddAiCredits</c>, which includes it. Works alone: in memory, with default prices. Settings come from
    /// the configuration section <c>AiCredits</c>, then from <paramref name="configure"/>. Calling it again adds settings only.
    /// </summary>
    public static AiCreditsBuilder AddAiCreditsCore(this IServiceCollection services, Action<AiCreditsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (configure is not null)
        {
            services.Configure(configure);
        }

        if (services.Any(service => service.ServiceType == typeof(CreditMeter)))
        {
            return new AiCreditsBuilder(services);
        }

        services.AddOptions<AiCreditsOptions>().ValidateOnStart();
        // First of all configurations, so that what the app says in code comes after what its settings say.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<AiCreditsOptions>, AiCreditsOptionsSetup>());
        services.AddSingleton<IOptionsChangeTokenSource<AiCreditsOptions>>(provider =>
            new ConfigurationChangeTokenSource<AiCreditsOptions>(provider.GetService<IConfiguration>() ?? new ConfigurationManager()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AiCreditsOptions>, AiCreditsOptionsValidator>());
        services.AddSingleton<IOptionsMonitor<AiCreditsOptions>, LastGoodOptionsMonitor>();

        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IPricingTable, PricingTable>();
        services.TryAddSingleton<IPackCatalog, PackCatalog>();
        services.TryAddSingleton<IWelcomePolicy, AlwaysWelcome>();
        services.TryAddSingleton<MemoryGuestLimiter>();
        services.TryAddSingleton<IGuestLimiter>(provider => provider.GetRequiredService<MemoryGuestLimiter>());
        services.TryAddSingleton<IResponseStore, MemoryResponseStore>();
        services.TryAddSingleton<MemoryOutbox>();
        services.TryAddSingleton<IEventOutbox>(provider => provider.GetRequiredService<MemoryOutbox>());
        services.TryAddSingleton<AccountSignals>();
        services.TryAddSingleton<MemoryCreditStore>();
        services.TryAddSingleton<ICreditStore>(provider => provider.GetRequiredService<MemoryCreditStore>());
        services.TryAddSingleton<ILedgerArchive>(provider => provider.GetRequiredService<MemoryCreditStore>());
        services.AddIntegrity();
        services.TryAddSingleton<ICreditDirectory>(provider => provider.GetRequiredService<MemoryCreditStore>());
        services.TryAddSingleton<ICreditAnalytics, MemoryCreditAnalytics>();
        services.TryAddSingleton<CreditAdministration>();
        services.AddWebhooks();
        services.TryAddSingleton<ITeamStore>(provider => provider.GetRequiredService<MemoryCreditStore>());
        services.TryAddSingleton<ITransferStore>(provider => provider.GetRequiredService<MemoryCreditStore>());
        services.TryAddSingleton<CreditTeams>();
        services.TryAddSingleton<CreditTransfers>();
        services.TryAddSingleton<AccountStatements>();
        services.TryAddSingleton<GrantTrace>();
        services.TryAddSingleton<CreditMetrics>();
        services.TryAddSingleton<SettlementRetry>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SettlementRetry>());
        services.AddHostedService<Sweeper>();
        services.AddHostedService<EventDispatcher>();
        services.AddPromotions();
        services.AddPlans();
        services.AddSingleton(provider => new CreditMeter(
            provider.GetRequiredService<ICreditStore>(),
            provider.GetRequiredService<IGuestLimiter>(),
            provider.GetRequiredService<IWelcomePolicy>(),
            provider.GetRequiredService<IOptionsMonitor<AiCreditsOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<CreditMetrics>(),
            provider.GetRequiredService<SettlementRetry>(),
            provider.GetRequiredService<SubscriptionDesk>(),
            provider.GetRequiredService<ILogger<CreditMeter>>()));
        services.AddPurchases();
        services.AddTopUps();
        return new AiCreditsBuilder(services);
    }
}
