namespace AiCredits.Integrity;

/// <summary>What a check found.</summary>
/// <param name="Accounts">How many accounts were read.</param>
/// <param name="Entries">How many entries were read.</param>
/// <param name="Faults">What does not add up, at most <see cref="IntegrityCheck.MaxFaults"/>.</param>
public sealed record IntegrityReport(long Accounts, long Entries, IReadOnlyList<IntegrityFault> Faults)
{
    /// <summary>True when everything adds up.</summary>
    public bool IsClean => Faults.Count == 0;
}
