namespace AiCredits.Integrity;

/// <summary>What a checkpoint holds.</summary>
/// <param name="At">When it was begun (UTC), by the app's clock.</param>
/// <param name="Accounts">How many accounts it names.</param>
/// <param name="Entries">How many entries they had in all.</param>
public sealed record CheckpointSummary(DateTime At, long Accounts, long Entries);
