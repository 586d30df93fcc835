using AiCredits.CommandLine;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Commands that an app with AiCredits gets for its command line.</summary>
public static class AiCreditsHostExtensions
{
    /// <summary>
    /// Runs the command in <paramref name="args"/> when they begin with <c>credits</c>, with the app's own settings and
    /// store, and without starting the app: <c>credits check</c>, <c>credits checkpoint</c>, <c>credits verify</c>. Call it before <c>Run</c>:
    /// <code>if (await app.RunCreditsCommandAsync(args) is { } exitCode) { return exitCode; }</code>
    /// </summary>
    /// <param name="host">The app, built and not started.</param>
    /// <param name="args">What the app was started with.</param>
    /// <param name="output">Where to tell; null for the console.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <returns>Null when the arguments are no such command; else 0 when all is well, 1 when something does not add up, 2 for a command that can't be understood, 3 when the ledger can't be reached.</returns>
    /// <exception cref="InvalidOperationException"><c>AddAiCredits</c> was not called.</exception>
    public static async Task<int?> RunCreditsCommandAsync(this IHost host, string[] args, TextWriter? output = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(args);
        if (args is not ["credits", ..])
        {
            return null;
        }

        var commands = host.Services.GetService<CreditsCommands>()
            ?? throw new InvalidOperationException("AIC1054: RunCreditsCommandAsync was called without its services. Call builder.Services.AddAiCredits() first.");
        return await commands.RunAsync(args[1..], output ?? Console.Out, cancellationToken).ConfigureAwait(false);
    }
}
