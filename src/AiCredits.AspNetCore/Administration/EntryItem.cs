using System.Text.Json.Serialization;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.Ledger;

namespace AiCredits.AspNetCore.Administration;

/// <summary>An entry as an admin sees it: every field of it.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record EntryItem(
    long Sequence,
    DateTime At,
    string Kind,
    decimal Amount,
    decimal Remainder,
    decimal AvailableAfter,
    decimal HeldAfter,
    decimal DebtAfter,
    string? Model,
    Guid? GenerationId,
    long? GrantId,
    string? GrantKind,
    string? Description,
    string? Actor,
    string? Reference,
    string? Key,
    IReadOnlyList<SliceItem> Slices)
{
    public static EntryItem From(Entry entry) => new(
        entry.Sequence,
        entry.At,
        JsonName.Of(entry.Kind),
        entry.Amount.ToDecimal(),
        entry.Remainder.ToDecimal(),
        entry.AvailableAfter.ToDecimal(),
        entry.HeldAfter.ToDecimal(),
        entry.DebtAfter.ToDecimal(),
        entry.Model,
        entry.HoldId,
        entry.GrantId,
        entry.GrantKind is { } kind ? JsonName.Of(kind) : null,
        entry.Description,
        entry.Actor,
        entry.Reference,
        entry.Key,
        [.. entry.Slices.Select(slice => new SliceItem(slice.GrantId, slice.Amount.ToDecimal()))]);
}
