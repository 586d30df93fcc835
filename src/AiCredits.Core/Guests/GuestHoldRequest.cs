using AiCredits.Ledger;

namespace AiCredits.Guests;

/// <summary>Asks for uses for a generation of a guest. The generation's id is the key.</summary>
/// <param name="Guest">The guest.</param>
/// <param name="GenerationId">The generation.</param>
/// <param name="Rule">How uses are counted.</param>
/// <param name="Lease">After how long the uses are given back when nobody settles them.</param>
/// <param name="Generation">What it is about; <see cref="GenerationStart.Count"/> is how many uses it takes.</param>
public sealed record GuestHoldRequest(GuestIdentity Guest, Guid GenerationId, GuestWindowRule Rule, TimeSpan Lease, GenerationStart Generation);
