using AiCredits.AspNetCore.Endpoints;
using AiCredits.Integrity;

namespace AiCredits.AspNetCore.Administration;

/// <summary>Something that does not add up.</summary>
internal sealed record FaultItem(string Account, string Rule, string Detail)
{
    public static FaultItem From(IntegrityFault fault) => new(fault.Account.Value, JsonName.Of(fault.Rule), fault.Detail);
}
