using AiCredits.Events;
using AiCredits.Metering;
using AiCredits.Packs;
using AiCredits.Purchases;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What <c>AddAiCredits</c> returns: each call on it fills one slot, and the last call wins.</summary>
public sealed class AiCreditsBuilder
{
    internal AiCreditsBuilder(IServiceCollection services) => Services = services;

    /// <summary>The app's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Decides with <typeparamref name="TPolicy"/> when new accounts get their welcome credits.</summary>
    /// <typeparam name="TPolicy">A singleton; takes its own scope for scoped services.</typeparam>
    public AiCreditsBuilder UseWelcomePolicy<TPolicy>()
        where TPolicy : class, IWelcomePolicy
    {
        Services.Replace(ServiceDescriptor.Singleton<IWelcomePolicy, TPolicy>());
        return this;
    }

    /// <summary>
    /// Sells the packs that are kept in the store, in place of those of the settings, which only fill an empty one: add,
    /// change and retire them with <see cref="PackEditor"/> while the app runs.
    /// </summary>
    public AiCreditsBuilder UseStoredPacks()
    {
        if (Services.Any(service => service.ServiceType == typeof(PackEditor)))
        {
            return this;
        }

        Services.AddSingleton<StoredPackCatalog>();
        Services.Replace(ServiceDescriptor.Singleton<IPackCatalog>(provider => provider.GetRequiredService<StoredPackCatalog>()));
        Services.AddHostedService(provider => provider.GetRequiredService<StoredPackCatalog>());
        Services.AddSingleton(provider => new PackEditor(
            provider.GetRequiredService<IPackStore>(),
            provider.GetRequiredService<StoredPackCatalog>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PackEditor>>()));
        return this;
    }

    /// <summary>Decides with <typeparamref name="TPolicy"/> who may buy, and what becomes of an account that disputes or refunds.</summary>
    /// <typeparam name="TPolicy">A singleton; takes its own scope for scoped services.</typeparam>
    public AiCreditsBuilder UsePurchasePolicy<TPolicy>()
        where TPolicy : class, IPurchasePolicy
    {
        Services.Replace(ServiceDescriptor.Singleton<IPurchasePolicy, TPolicy>());
        return this;
    }

    /// <summary>Tells events to one more listener.</summary>
    /// <typeparam name="TListener">A singleton; takes its own scope for scoped services.</typeparam>
    public AiCreditsBuilder AddEventListener<TListener>()
        where TListener : class, ICreditEventListener
    {
        Services.AddSingleton<ICreditEventListener, TListener>();
        return this;
    }
}
