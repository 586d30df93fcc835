using AiCredits.EntityFramework.Ledger;

namespace AiCredits.Reliability.Simulation;

/// <summary>Commands that the simulated database always refuses, with all that are in their batch.</summary>
internal static class Poison
{
    public const string Prefix = "poison-";

    public static bool Is(PendingCommand pending) => pending.Command.Key?.StartsWith(Prefix, StringComparison.Ordinal) == true;
}
