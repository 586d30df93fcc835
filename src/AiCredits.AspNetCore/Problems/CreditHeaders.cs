using System.Globalization;
using AiCredits.Guests;
using AiCredits.Metering;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Problems;

/// <summary>Tells a client what its request is charged and what is left.</summary>
internal static class CreditHeaders
{
    public const string Charged = "Credits-Charged";
    public const string Remaining = "Credits-Remaining";

    /// <summary>The server's time in milliseconds since 1970, for countdowns in browsers whose clock is wrong: a Date header is exact to two seconds only.</summary>
    public const string Time = "Credits-Time";

    public static void WriteTime(HttpResponse response, TimeProvider clock) => response.Headers[Time] = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>Writes an account's figures, or a guest's limit.</summary>
    public static void Write(IHeaderDictionary headers, Caller caller, Credits charged, Credits remaining, GuestUsage? usage, DateTime now)
    {
        if (caller is Caller.Account)
        {
            headers[Charged] = charged.ToString();
            headers[Remaining] = remaining.ToString();
        }
        else if (usage is not null)
        {
            RateLimitHeaders.Write(headers, usage, now);
        }
    }
}
