using AiCredits.Ledger;
using AiCredits.Payments;
using AiCredits.Purchases;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Plans;

internal static class PlanServices
{
    /// <summary>Adds plans and subscriptions, kept in memory until a store replaces that.</summary>
    public static IServiceCollection AddPlans(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AiCreditsOptions>, PlanOptionsValidator>());
        services.TryAddSingleton<IPlanCatalog, PlanCatalog>();
        services.TryAddSingleton<ISubscriptionStore, MemorySubscriptionStore>();
        services.TryAddSingleton(provider => provider.GetService<IPaymentProvider>() is not { } payments ? new NoSubscriptionProvider()
            : payments as ISubscriptionProvider
            ?? provider.GetKeyedService<ISubscriptionProvider>(payments.Name)
            ?? new NoSubscriptionProvider());
        services.TryAddSingleton(provider => new SubscriptionDesk(
            provider.GetRequiredService<ISubscriptionProvider>(),
            provider.GetRequiredService<ISubscriptionStore>(),
            provider.GetRequiredService<IPurchaseStore>(),
            provider.GetRequiredService<PurchaseDesk>(),
            provider.GetRequiredService<ICreditStore>(),
            provider.GetRequiredService<IPlanCatalog>(),
            provider.GetRequiredService<IOptionsMonitor<AiCreditsOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SubscriptionDesk>>()));
        services.AddHostedService<SubscriptionSweeper>();
        return services;
    }
}
