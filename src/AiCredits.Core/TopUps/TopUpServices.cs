using AiCredits.Events;
using AiCredits.Ledger;
using AiCredits.Packs;
using AiCredits.Payments;
using AiCredits.Purchases;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.TopUps;

internal static class TopUpServices
{
    /// <summary>Adds automatic top-ups, kept in memory until a store replaces that.</summary>
    public static IServiceCollection AddTopUps(this IServiceCollection services)
    {
        services.TryAddSingleton<ITopUpStore, MemoryTopUpStore>();
        services.TryAddSingleton(provider => provider.GetRequiredService<IPaymentProvider>() as ITopUpProvider
            ?? provider.GetKeyedService<ITopUpProvider>(provider.GetRequiredService<IPaymentProvider>().Name)
            ?? new NoTopUpProvider());
        services.TryAddSingleton(provider => new TopUpDesk(
            provider.GetRequiredService<ITopUpProvider>(),
            provider.GetRequiredService<ITopUpStore>(),
            provider.GetRequiredService<IPurchaseStore>(),
            provider.GetRequiredService<PurchaseDesk>(),
            provider.GetRequiredService<ICreditStore>(),
            provider.GetRequiredService<IPackCatalog>(),
            provider.GetRequiredService<IPurchasePolicy>(),
            provider.GetRequiredService<IOptionsMonitor<AiCreditsOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TopUpDesk>>()));
        services.AddSingleton<ICreditEventListener, TopUpListener>();
        services.AddHostedService<TopUpSweeper>();
        return services;
    }
}
