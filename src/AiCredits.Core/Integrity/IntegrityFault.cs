namespace AiCredits.Integrity;

/// <summary>Something that does not add up.</summary>
/// <param name="Account">The account.</param>
/// <param name="Rule">Which rule is broken.</param>
/// <param name="Detail">Where, and by how much.</param>
public sealed record IntegrityFault(AccountId Account, IntegrityRule Rule, string Detail);
