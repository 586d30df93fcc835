using AiCredits.Payments;
using AiCredits.Plans;
using AiCredits.TopUps;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Simulation;

internal static class SimulatedPlanServices
{
    /// <summary>Adds what the simulated provider needs to sell plans and to top up.</summary>
    public static void AddSimulatedPlans(this IServiceCollection services)
    {
        services.AddKeyedSingleton<ISubscriptionProvider, SimulatedSubscriptionProvider>(SimulatedPaymentProvider.ProviderName);
        services.AddKeyedSingleton<ITopUpProvider>(
            SimulatedPaymentProvider.ProviderName,
            (provider, name) => new SimulatedTopUpProvider((SimulatedPaymentProvider)provider.GetRequiredKeyedService<IPaymentProvider>(name)));
    }
}
