using System.Text.Json.Serialization;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.Ledger;

namespace AiCredits.AspNetCore.Administration;

/// <summary>A generation as support sees it: with what went wrong and what the provider took.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record ReceiptItem(
    Guid Id,
    string? Account,
    string? GuestId,
    string Status,
    string? Outcome,
    string Model,
    int Count,
    string? Prompt,
    decimal Price,
    string PriceVersion,
    decimal Charged,
    decimal Released,
    DateTime StartedAt,
    DateTime? EndedAt,
    double? DurationSeconds,
    string? Error,
    string? ProviderRequestId,
    decimal? ProviderCost,
    string? ProviderCurrency,
    long FirstEntry,
    long LastEntry)
{
    /// <summary>The entries about it and the grants that paid; null in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<EntryItem>? Entries { get; init; }

    public static ReceiptItem From(Generation generation) => new(
        generation.Id,
        generation.Account?.Value,
        generation.GuestId,
        JsonName.Of(generation.Status),
        generation.Outcome is { } outcome ? JsonName.Of(outcome) : null,
        generation.Start.Model,
        generation.Start.Count,
        generation.Start.Prompt,
        generation.Start.Price.ToDecimal(),
        generation.Start.PriceVersion,
        generation.Charged.ToDecimal(),
        generation.Released.ToDecimal(),
        generation.StartedAt,
        generation.EndedAt,
        (generation.EndedAt - generation.StartedAt)?.TotalSeconds,
        generation.Error,
        generation.ProviderRequestId,
        generation.ProviderCostMillionths / 1_000_000m,
        generation.ProviderCurrency,
        generation.FirstEntry,
        generation.LastEntry);
}
