using AiCredits.Integrity;

namespace AiCredits.AspNetCore.Administration;

/// <summary>What the checks of this process have found so far.</summary>
internal sealed record IntegrityStatusItem(DateTime? CheckedAt, long Accounts, IReadOnlyList<FaultItem> Faults)
{
    public static IntegrityStatusItem From(IntegrityStatus status) => new(status.CheckedAt, status.Accounts, [.. status.Faults.Select(FaultItem.From)]);
}
