using AiCredits.Ledger;

namespace AiCredits.Conformance.Model;

internal readonly record struct NaiveEntry(
    EntryKind Kind,
    DateTime At,
    decimal Amount,
    decimal Remainder,
    decimal AvailableAfter,
    decimal HeldAfter,
    decimal DebtAfter,
    string? Key,
    Guid? HoldId,
    long? GrantId);
