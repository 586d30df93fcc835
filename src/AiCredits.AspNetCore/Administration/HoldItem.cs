using System.Globalization;
using System.Text.Json.Serialization;
using AiCredits.Administration;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.Ledger;

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
    private static readonly long LatestMicros = (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Where the next page starts.</summary>
    public static string CursorAfter(Hold hold) => string.Create(CultureInfo.InvariantCulture, $"{(hold.HeldAt - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond}-{hold.Id:N}");

    public static bool TryReadCursor(string text, out HoldMark mark)
    {
        var parts = text.Split('-');
        if (parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var micros) && micros <= LatestMicros && Guid.TryParseExact(parts[1], "N", out var id))
        {
            mark = new HoldMark(DateTime.UnixEpoch.AddMicroseconds(micros), id);
            return true;
        }

        mark = default;
        return false;
    }

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
