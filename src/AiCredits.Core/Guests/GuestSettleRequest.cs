using AiCredits.Ledger;

namespace AiCredits.Guests;

/// <summary>Ends a guest's generation: its uses are kept or given back. The first settlement counts, later ones change nothing.</summary>
/// <param name="Guest">The guest, as in the hold.</param>
/// <param name="GenerationId">The generation.</param>
/// <param name="Keep">True to count the uses, false to give them back.</param>
/// <param name="Rule">How uses are counted.</param>
/// <param name="End">How the generation ended.</param>
public sealed record GuestSettleRequest(GuestIdentity Guest, Guid GenerationId, bool Keep, GuestWindowRule Rule, GenerationEnd End);
