using System.Text.Json.Serialization;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.Plans;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Plans;

/// <summary>GET /credit-plans: what can be subscribed to, cheapest per month first.</summary>
internal static class PlansEndpoint
{
    public static IResult Get(IPlanCatalog catalog) => CreditsJson.Ok(catalog.Plans.Select(PlanItem.From).ToArray());
}

/// <summary>A plan on offer. An unlimited one has a fair-use limit in place of credits.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record PlanItem(
    string Id,
    string Name,
    string? Description,
    decimal Price,
    string Currency,
    string Interval,
    decimal PricePerMonth,
    decimal Credits,
    int RefillMonths,
    decimal? RollOverCap,
    int TrialDays,
    decimal TrialCredits,
    FairUseItem? FairUse,
    int MinSeats,
    int MaxSeats,
    bool BestValue)
{
    public static PlanItem From(CreditPlan plan) => new(
        plan.Id,
        plan.Name,
        plan.Description,
        plan.Price.Amount,
        plan.Price.Currency,
        plan.Interval == PlanInterval.Year ? "year" : "month",
        Math.Round(plan.PricePerMonth, 4, MidpointRounding.AwayFromZero),
        plan.Credits.ToDecimal(),
        plan.RefillMonths,
        plan.RollOverCap?.ToDecimal(),
        plan.TrialDays,
        plan.TrialCredits.ToDecimal(),
        plan.FairUse is { } fair ? new FairUseItem(fair.Credits.ToDecimal(), fair.Window.TotalHours, fair.RateCredits?.ToDecimal(), fair.RateCredits is null ? null : fair.RateWindow.TotalHours) : null,
        plan.MinSeats,
        plan.MaxSeats,
        plan.BestValue);
}

/// <summary>The limit of an unlimited plan: so many credits' worth in so many hours, and at what pace.</summary>
internal sealed record FairUseItem(decimal Credits, double WindowHours, decimal? RateCredits, double? RateHours);
