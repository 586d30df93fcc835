using AiCredits.AspNetCore.Simulation;
using AiCredits.Payments;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Purchases;

internal static class PurchaseEndpointServices
{
    public static void AddPurchaseEndpoints(this IServiceCollection services)
    {
        services.AddSingleton<OwnOrigins>();
        services.AddSingleton<WebhookReceiver>();
        services.AddHttpContextAccessor();
        services.AddSingleton<SimulatedLinks>();
        services.AddSingleton<SimulatedBooks>();
        services.AddSingleton<SimulatedPortal>();
        services.AddKeyedSingleton<IPaymentProvider, SimulatedPaymentProvider>(SimulatedPaymentProvider.ProviderName);
        services.AddSingleton<IStartupFilter, SimulationStartupFilter>();
        services.AddSimulatedPlans();
    }
}
