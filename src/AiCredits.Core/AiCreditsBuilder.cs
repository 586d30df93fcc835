using AiCredits.Events;
using AiCredits.Metering;
using Microsoft.Extensions.DependencyInjection.Extensions;

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

    /// <summary>Tells events to one more listener.</summary>
    /// <typeparam name="TListener">A singleton; takes its own scope for scoped services.</typeparam>
    public AiCreditsBuilder AddEventListener<TListener>()
        where TListener : class, ICreditEventListener
    {
        Services.AddSingleton<ICreditEventListener, TListener>();
        return this;
    }
}
