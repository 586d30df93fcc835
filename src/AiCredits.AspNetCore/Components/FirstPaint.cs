using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Identity;
using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.Metering;
using AiCredits.Packs;
using AiCredits.Pricing;
using AiCredits.Teams;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Components;

/// <summary>
/// What the elements would ask for first, written into the page: they show it at once, and nothing jumps. Thread-safe.
/// </summary>
internal sealed class FirstPaint(
    ICallerResolver callers,
    CreditMeter meter,
    ICreditStore store,
    CreditTeams teams,
    IGuestLimiter guests,
    IPricingTable pricing,
    IPackCatalog packs,
    IOptionsMonitor<AiCreditsOptions> options,
    IOptions<AiCreditsHttpOptions> httpOptions)
{
    /// <summary>JSON that is safe within a script element; null when the ledger can't be reached: the elements then ask for themselves.</summary>
    public async ValueTask<string?> ReadAsync(HttpContext context)
    {
        var settings = options.CurrentValue;
        try
        {
            var credits = await CreditsEndpoint.ReadAsync(context, callers, meter, store, teams, guests, settings, httpOptions.Value, context.RequestAborted).ConfigureAwait(false);
            var models = await ModelsEndpoint.ReadAsync(context, callers, pricing, meter, guests, settings, context.RequestAborted).ConfigureAwait(false);
            KeepPrivate(context);
            return CreditsJson.Text(new { credits, models, packs = packs.Packs.Select(PackItem.From) });
        }
        catch (LedgerUnavailableException)
        {
            return null;
        }
    }

    // From here on the page is one person's: no cache may give it to another.
    private static void KeepPrivate(HttpContext context)
    {
        if (context.Features.Get<IOutputCacheFeature>() is { } cache)
        {
            cache.Context.AllowCacheStorage = false;
        }

        if (!context.Response.HasStarted && !context.Response.Headers.CacheControl.ToString().Contains("no-store", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers.CacheControl = "private, no-cache";
        }
    }
}
