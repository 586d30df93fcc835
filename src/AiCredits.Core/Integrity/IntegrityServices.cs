using System.Diagnostics.Metrics;
using AiCredits.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Integrity;

internal static class IntegrityServices
{
    public static void AddIntegrity(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AiCreditsOptions>, IntegrityOptionsValidator>());
        services.TryAddSingleton<IntegrityCheck>();
        services.TryAddSingleton<LedgerCheckpoints>();
        services.TryAddSingleton<TouchedAccounts>();
        services.TryAddSingleton(provider => new IntegrityMonitor(
            provider.GetRequiredService<IntegrityCheck>(),
            provider.GetRequiredService<TouchedAccounts>(),
            provider.GetRequiredService<IOptionsMonitor<AiCreditsOptions>>(),
            provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<IntegrityMonitor>>()));
        services.TryAddSingleton<LedgerHealthCheck>();
        services.TryAddSingleton<CreditsCommands>();
        services.AddHostedService<IntegrityWatch>();
        services.AddHostedService<CheckpointExporter>();
    }
}
