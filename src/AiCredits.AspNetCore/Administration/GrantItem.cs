using System.Text.Json.Serialization;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.Ledger;

namespace AiCredits.AspNetCore.Administration;

/// <summary>A grant as an admin sees it.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record GrantItem(
    long Id,
    string Kind,
    decimal Amount,
    decimal Available,
    decimal Held,
    decimal Spent,
    decimal Expired,
    decimal Revoked,
    int Priority,
    DateTime GrantedAt,
    DateTime? EffectiveAt,
    DateTime? ExpiresAt,
    IReadOnlyList<string> Models,
    string? Reference,
    bool Pending,
    bool Live)
{
    public static GrantItem From(Grant grant) => new(
        grant.Id,
        JsonName.Of(grant.Kind),
        grant.Amount.ToDecimal(),
        grant.Available.ToDecimal(),
        grant.Held.ToDecimal(),
        grant.Spent.ToDecimal(),
        grant.Expired.ToDecimal(),
        grant.Revoked.ToDecimal(),
        grant.Priority,
        grant.GrantedAt,
        grant.EffectiveAt,
        grant.ExpiresAt,
        grant.Models,
        grant.Reference,
        grant.Pending,
        grant.IsLive);
}
