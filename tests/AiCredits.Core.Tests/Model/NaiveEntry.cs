using AiCredits.Ledger;

namespace AiCredits.Core.Tests.Model;

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
