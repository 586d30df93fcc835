using AiCredits.Reliability.Scenarios;

namespace AiCredits.Reliability;

internal static class AllScenarios
{
    public static IReadOnlyList<Scenario> List { get; } =
    [
        new ModelScenario(),
        new StoresScenario(),
        new SpendsScenario(),
        new InterleavingScenario(),
        new SimulatorScenario(),
        new KillScenario(),
        new CutScenario(),
        new FaultScenario(),
        new KeysScenario(),
        new TamperScenario(),
        new MutationScenario(),
    ];
}
