using AiCredits.Ledger;

namespace AiCredits.Integrity;

/// <summary>Where an account's chain of entries stands.</summary>
/// <param name="Account">The account.</param>
/// <param name="Sequence">The number of its last entry; never 0.</param>
/// <param name="Hash">The hash of that entry (32 bytes), see <see cref="EntryHash"/>.</param>
public sealed record ChainHead(AccountId Account, long Sequence, ReadOnlyMemory<byte> Hash);
