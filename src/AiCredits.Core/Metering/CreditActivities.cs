using System.Diagnostics;

namespace AiCredits.Metering;

/// <summary>Activities of the source <c>AiCredits</c>: one for each hold and one for each settlement, which share the id of their generation.</summary>
internal static class CreditActivities
{
    public const string SourceName = "AiCredits";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Starts the activity of a hold; null when nobody listens.</summary>
    public static Activity? StartHold(string model, Caller caller, Guid generationId) => Start("aicredits.hold", model, caller, generationId);

    /// <summary>Starts the activity of a settlement; null when nobody listens.</summary>
    public static Activity? StartSettle(string model, Caller caller, Guid generationId) => Start("aicredits.settle", model, caller, generationId);

    private static Activity? Start(string name, string model, Caller caller, Guid generationId)
    {
        var activity = Source.StartActivity(name);
        return activity?
            .SetTag("aicredits.model", model)
            .SetTag("aicredits.caller", CreditMetrics.Kind(caller))
            .SetTag("aicredits.generation_id", generationId.ToString());
    }
}
