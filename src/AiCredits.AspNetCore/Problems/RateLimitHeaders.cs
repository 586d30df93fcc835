using System.Globalization;
using AiCredits.Guests;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Problems;

/// <summary>
/// Tells a guest's limit in the structured fields of the IETF draft "RateLimit header fields for HTTP": the policy's
/// quota and window, and what remains and when it resets, in seconds.
/// </summary>
internal static class RateLimitHeaders
{
    public static void Write(IHeaderDictionary headers, GuestUsage usage, DateTime now)
    {
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"guest\";q={usage.Limit};w={(long)Math.Ceiling(usage.Window.TotalSeconds)}");
        headers["RateLimit"] = usage.ResetsAt is { } resetsAt
            ? string.Create(CultureInfo.InvariantCulture, $"\"guest\";r={usage.Remaining};t={Math.Max(0, (long)Math.Ceiling((resetsAt - now).TotalSeconds))}")
            : string.Create(CultureInfo.InvariantCulture, $"\"guest\";r={usage.Remaining}");
    }
}
