using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>Everything that the simulation remembers.</summary>
internal sealed class SimulatedBooks(IOptions<AiCreditsHttpOptions> options, IHostEnvironment environment)
{
    public SimulatedBook<SimulatedCheckout> Checkouts { get; } = new(FolderOf(options.Value, environment, "checkouts"));

    public SimulatedBook<SimulatedSubscription> Subscriptions { get; } = new(FolderOf(options.Value, environment, "subscriptions"));

    private static string? FolderOf(AiCreditsHttpOptions options, IHostEnvironment environment, string kind) =>
        options.SimulatedPaymentsFolder is { Length: > 0 } folder ? Path.Combine(environment.ContentRootPath, folder, kind) : null;
}
