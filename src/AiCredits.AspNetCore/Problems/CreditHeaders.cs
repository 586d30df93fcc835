using AiCredits.Metering;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Problems;

/// <summary>Tells a client what its request was charged and what is left.</summary>
internal static class CreditHeaders
{
    /// <summary>What a settled generation was charged.</summary>
    public static void Write(IHeaderDictionary headers, GenerationTicket ticket, GenerationSettlement settlement, DateTime now)
    {
        if (ticket.Caller is Caller.Account)
        {
            Write(headers, settlement.Charged, settlement.Remaining);
        }
        else if (settlement.Usage is { } usage)
        {
            RateLimitHeaders.Write(headers, usage, now);
        }
    }

    /// <summary>What a generation that still streams will be charged, as far as is known.</summary>
    public static void Write(IHeaderDictionary headers, GenerationTicket ticket, Credits charged, Credits remaining, DateTime now)
    {
        if (ticket.Caller is Caller.Account)
        {
            Write(headers, charged, remaining);
        }
        else if (ticket.Usage is { } usage)
        {
            RateLimitHeaders.Write(headers, usage, now);
        }
    }

    private static void Write(IHeaderDictionary headers, Credits charged, Credits remaining)
    {
        headers["Credits-Charged"] = charged.ToString();
        headers["Credits-Remaining"] = remaining.ToString();
    }
}
