using AiCredits.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>Keeps the simulation out of Production, where it would give credits away for nothing, and says so elsewhere.</summary>
internal sealed partial class SimulationStartupFilter(IHostEnvironment environment, IPaymentProvider provider, ILogger<SimulationStartupFilter> logger) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next)
    {
        if (provider is not SimulatedPaymentProvider)
        {
            return next;
        }

        if (environment.IsProduction())
        {
            throw new InvalidOperationException("AIC1410: UseSimulatedPayments() was called in Production, where credits would be given away for nothing. Call UseStripe() instead, or set the environment (ASPNETCORE_ENVIRONMENT) to Development or Staging.");
        }

        Simulated();
        return next;
    }

    [LoggerMessage(1176, LogLevel.Warning, "Payments are simulated: no money is taken. Set AiCredits:Stripe:SecretKey and call UseStripe() to sell.")]
    private partial void Simulated();
}
