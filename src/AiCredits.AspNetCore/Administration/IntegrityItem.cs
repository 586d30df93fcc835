using AiCredits.Integrity;

namespace AiCredits.AspNetCore.Administration;

/// <summary>What a proof found.</summary>
internal sealed record IntegrityItem(bool Clean, long Accounts, long Entries, IReadOnlyList<FaultItem> Faults)
{
    public static IntegrityItem From(IntegrityReport report) => new(
        report.IsClean,
        report.Accounts,
        report.Entries,
        [.. report.Faults.Select(FaultItem.From)]);
}
