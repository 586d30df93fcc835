using AiCredits.Events;
using AiCredits.Ledger;
using AiCredits.Packs;
using AiCredits.Payments;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Purchases;

internal static class PurchaseServices
{
    public static void AddPurchases(this IServiceCollection services)
    {
        // A developer without any account can buy: the web part brings a simulated provider along.
        services.TryAddSingleton(provider => provider.GetService<IHostEnvironment>()?.IsDevelopment() == true && provider.GetKeyedService<IPaymentProvider>("simulated") is { } simulated
            ? simulated
            : new NoPaymentProvider());
        services.TryAddSingleton<MemoryPurchaseStore>();
        services.TryAddSingleton<IPurchaseStore>(provider => provider.GetRequiredService<MemoryPurchaseStore>());
        services.TryAddSingleton<IPurchaseDirectory>(provider => provider.GetRequiredService<MemoryPurchaseStore>());
        services.TryAddSingleton<IPackStore, MemoryPackStore>();
        services.TryAddSingleton<IPurchasePolicy, OpenPurchasePolicy>();
        services.TryAddSingleton(provider => new PurchaseDesk(
            provider.GetRequiredService<IPaymentProvider>(),
            provider.GetRequiredService<IPurchaseStore>(),
            provider.GetRequiredService<ICreditStore>(),
            provider.GetRequiredService<IPackCatalog>(),
            provider.GetRequiredService<IPurchasePolicy>(),
            provider.GetRequiredService<IOptionsMonitor<AiCreditsOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PurchaseDesk>>()));
        services.AddSingleton<ICreditEventListener, PurchasePolicyListener>();
        services.AddHostedService<Reconciler>();
    }
}
