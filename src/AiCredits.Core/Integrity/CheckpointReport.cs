namespace AiCredits.Integrity;

/// <summary>What the comparison of the ledger with a checkpoint found.</summary>
/// <param name="Checkpoint">What the checkpoint holds; null when it is no complete checkpoint.</param>
/// <param name="SignatureIsValid">False when it was not signed with this key, or was changed since: then nothing that it says counts.</param>
/// <param name="Faults">Entries that the checkpoint names and that are gone or different, at most <see cref="IntegrityCheck.MaxFaults"/>.</param>
public sealed record CheckpointReport(CheckpointSummary? Checkpoint, bool SignatureIsValid, IReadOnlyList<IntegrityFault> Faults)
{
    /// <summary>True when the checkpoint is whole and rightly signed and all that it names is still there.</summary>
    public bool IsClean => SignatureIsValid && Checkpoint is not null && Faults.Count == 0;
}
