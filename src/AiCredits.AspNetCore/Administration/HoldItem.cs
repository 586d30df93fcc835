using System.Text.Json.Serialization;
using AiCredits.Administration;
using AiCredits.AspNetCore.Endpoints;

namespace AiCredits.AspNetCore.Administration;

/// <summary>An open hold as an admin sees it.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record HoldItem(
    Guid Id,
    string Account,
    string Model,
    decimal Amount,
    decimal Captured,
    DateTime HeldAt,
    double AgeSeconds,
    DateTime ExpiresAt,
    string OnExpiry)
{
    public static HoldItem From(OpenHold open, DateTime now) => new(
        open.Hold.Id,
        open.Account.Value,
        open.Hold.Generation.Model,
        open.Hold.Amount.ToDecimal(),
        open.Hold.Captured.ToDecimal(),
        open.Hold.HeldAt,
        Math.Max(0, (now - open.Hold.HeldAt).TotalSeconds),
        open.Hold.ExpiresAt,
        JsonName.Of(open.Hold.OnExpiry));
}
