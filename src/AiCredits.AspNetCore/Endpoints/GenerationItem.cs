using System.Text.Json.Serialization;
using AiCredits.Ledger;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>
/// A generation as its owner sees it. What the provider took for it and what exactly went wrong stay with the app:
/// margins and exception texts are not for users.
/// </summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record GenerationItem(
    Guid Id,
    string Status,
    string? Outcome,
    string Model,
    int Count,
    string? Prompt,
    decimal Price,
    decimal Charged,
    DateTime StartedAt,
    DateTime? EndedAt,
    double? DurationSeconds)
{
    public static GenerationItem From(Generation generation) => new(
        generation.Id,
        JsonName.Of(generation.Status),
        generation.Outcome is { } outcome ? JsonName.Of(outcome) : null,
        generation.Start.Model,
        generation.Start.Count,
        generation.Start.Prompt,
        generation.Start.Price.ToDecimal(),
        generation.Charged.ToDecimal(),
        generation.StartedAt,
        generation.EndedAt,
        (generation.EndedAt - generation.StartedAt)?.TotalSeconds);
}
