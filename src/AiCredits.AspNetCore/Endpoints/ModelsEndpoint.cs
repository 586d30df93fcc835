using System.Text.Json.Serialization;
using AiCredits.AspNetCore.Identity;
using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.Metering;
using AiCredits.Pricing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>GET /credit-models: every model with its price and how often the caller can run it, one of them recommended.</summary>
internal static class ModelsEndpoint
{
    // A model that drains the balance in a few runs is no good advice.
    private const long EnoughRuns = 5;

    public static async Task<IResult> GetAsync(
        HttpContext context,
        ICallerResolver callers,
        IPricingTable pricing,
        CreditMeter meter,
        IGuestLimiter guests,
        IOptionsMonitor<AiCreditsOptions> options,
        CancellationToken cancellationToken) =>
        CreditsJson.Ok(await ReadAsync(context, callers, pricing, meter, guests, options.CurrentValue, cancellationToken).ConfigureAwait(false));

    /// <summary>What the endpoint answers, for pages that show it from the first moment.</summary>
    public static async ValueTask<ModelItem[]> ReadAsync(
        HttpContext context,
        ICallerResolver callers,
        IPricingTable pricing,
        CreditMeter meter,
        IGuestLimiter guests,
        AiCreditsOptions settings,
        CancellationToken cancellationToken)
    {
        var models = pricing.Models;
        var caller = await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false);
        long[] runs;
        if (caller is Caller.Guest guest)
        {
            var usage = await CreditsEndpoint.GuestUsageOf(guest.Identity, guests, settings, cancellationToken).ConfigureAwait(false);
            runs = [.. models.Select(_ => (long)usage.Remaining)];
        }
        else
        {
            var overview = await meter.GetAccountAsync((Caller.Account)caller, cancellationToken).ConfigureAwait(false);
            runs = [.. models.Select(model => SpendableOn(model.Id, overview) / model.Price)];
        }

        var recommended = Recommend(models, runs);
        return [.. models.Zip(runs, (model, left) => new ModelItem(
            model.Id,
            model.Name,
            model.BestFor,
            model.Price.ToDecimal(),
            left > 0,
            left,
            model.Id == recommended))];
    }

    /// <summary>The dearest model that can run often enough, else the dearest that can run at all, else the cheapest; the first of equals.</summary>
    internal static string? Recommend(IReadOnlyList<ModelPrice> models, IReadOnlyList<long> runs) =>
        Dearest(models, runs, EnoughRuns) ?? Dearest(models, runs, 1) ?? models.MinBy(model => model.Price)?.Id;

    private static string? Dearest(IReadOnlyList<ModelPrice> models, IReadOnlyList<long> runs, long least)
    {
        ModelPrice? dearest = null;
        for (var index = 0; index < models.Count; index++)
        {
            if (runs[index] >= least && (dearest is null || models[index].Price > dearest.Price))
            {
                dearest = models[index];
            }
        }

        return dearest?.Id;
    }

    // Some credits pay for some models only.
    private static Credits SpendableOn(string model, AccountOverview overview)
    {
        var sum = Credits.Zero;
        foreach (var grant in overview.LiveGrants)
        {
            sum += grant.Models.Count == 0 || grant.Models.Contains(model, StringComparer.Ordinal) ? grant.Available : Credits.Zero;
        }

        return Credits.Min(sum, overview.State.Available);
    }
}

/// <summary>A model and what the caller can do with it.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record ModelItem(string Id, string Name, string BestFor, decimal Credits, bool Affordable, long RunsLeft, bool Recommended);
