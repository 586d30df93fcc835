using AiCredits.Reliability.Scenarios;

namespace AiCredits.Reliability;

internal static class AllScenarios
{
    public static IReadOnlyList<Scenario> List { get; } =
    [
        new ModelScenario(),
        new StoresScenario(),
        new SpendsScenario(),
        new SimulatorScenario(),
        new CutScenario(),
        new KeysScenario(),
    ];
}
