namespace AiCredits.Ledger;

/// <summary>What every entry has: its place in the history and the figures after it.</summary>
internal readonly record struct EntryHead(
    AccountId Account,
    long Sequence,
    DateTime At,
    EntryKind Kind,
    Credits Amount,
    Credits AvailableAfter,
    Credits HeldAfter,
    Credits DebtAfter);
