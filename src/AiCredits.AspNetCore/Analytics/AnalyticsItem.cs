using System.Text.Json.Serialization;
using AiCredits.Analytics;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.Payments;

namespace AiCredits.AspNetCore.Analytics;

/// <summary>A report in JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record AnalyticsItem(
    DateTime From,
    DateTime To,
    string Interval,
    DateTime? AsOf,
    FiguresItem Totals,
    IReadOnlyList<BucketItem> Buckets,
    IReadOnlyList<ModelAnalyticsItem> Models,
    IReadOnlyList<TopAccountItem> TopAccounts,
    IReadOnlyList<Cohort> Cohorts,
    GuestFunnelItem Funnel,
    OutstandingItem Outstanding)
{
    public static AnalyticsItem Of(AnalyticsReport report) => new(
        report.From,
        report.To,
        JsonName.Of(report.Interval),
        report.AsOf,
        FiguresItem.From(report.Totals),
        [.. report.Buckets.Select(bucket => new BucketItem(bucket.Start, FiguresItem.From(bucket.Figures)))],
        [.. report.Models.Select(ModelAnalyticsItem.From)],
        [.. report.TopAccounts.Select(account => new TopAccountItem(account.Account.Value, account.Spent.ToDecimal(), account.Generations))],
        report.Cohorts,
        new GuestFunnelItem(report.Funnel.Guests, report.Funnel.SignedUp, report.Funnel.Purchased),
        new OutstandingItem(report.Outstanding.Paid.ToDecimal(), report.Outstanding.Free.ToDecimal(), report.Outstanding.Held.ToDecimal(), report.Outstanding.Debt.ToDecimal(), report.Outstanding.Deferred));
}

/// <summary>One step of a report.</summary>
internal sealed record BucketItem(DateTime Start, FiguresItem Figures);

/// <summary>What one account did in a period.</summary>
internal sealed record TopAccountItem(string Account, decimal Spent, long Generations);

/// <summary>What became of the guests of a period.</summary>
internal sealed record GuestFunnelItem(long Guests, long SignedUp, long Purchased);

/// <summary>What is owed to all accounts now.</summary>
internal sealed record OutstandingItem(decimal Paid, decimal Free, decimal Held, decimal Debt, IReadOnlyList<Money> Deferred);

/// <summary>The figures of a stretch of time.</summary>
internal sealed record FiguresItem(
    long Generations,
    long Succeeded,
    long Failed,
    long GuestGenerations,
    long? ActiveAccounts,
    double? GenerationsPerAccount,
    DurationFigures Duration,
    decimal Spent,
    decimal SpentPaid,
    decimal SpentWelcome,
    decimal Refunded,
    decimal Granted,
    decimal GrantedWelcome,
    decimal GrantedPaid,
    long Purchases,
    IReadOnlyList<Revenue> Revenue,
    decimal Expired,
    decimal Revoked,
    long NewAccounts,
    long FirstPurchases,
    long NewGuests,
    long ClaimedGuests)
{
    public static FiguresItem From(AnalyticsFigures figures) => new(
        figures.Generations,
        figures.Succeeded,
        figures.Failed,
        figures.GuestGenerations,
        figures.ActiveAccounts,
        figures.GenerationsPerAccount,
        figures.Duration,
        figures.Spent.ToDecimal(),
        figures.SpentPaid.ToDecimal(),
        figures.SpentWelcome.ToDecimal(),
        figures.Refunded.ToDecimal(),
        figures.Granted.ToDecimal(),
        figures.GrantedWelcome.ToDecimal(),
        figures.GrantedPaid.ToDecimal(),
        figures.Purchases,
        figures.Revenue,
        figures.Expired.ToDecimal(),
        figures.Revoked.ToDecimal(),
        figures.NewAccounts,
        figures.FirstPurchases,
        figures.NewGuests,
        figures.ClaimedGuests);
}

/// <summary>How one model was used.</summary>
internal sealed record ModelAnalyticsItem(
    string Model,
    long Generations,
    long Succeeded,
    long Failed,
    double FailureRate,
    DurationFigures Duration,
    decimal Spent,
    decimal Refunded,
    IReadOnlyList<ProviderCostItem> ProviderCosts)
{
    public static ModelAnalyticsItem From(ModelAnalytics model) => new(
        model.Model,
        model.Generations,
        model.Succeeded,
        model.Failed,
        model.FailureRate,
        model.Duration,
        model.Spent.ToDecimal(),
        model.Refunded.ToDecimal(),
        [.. model.ProviderCosts.Select(cost => new ProviderCostItem(cost.Currency, cost.Cost, cost.Generations, cost.Charged.ToDecimal()))]);
}

/// <summary>What a provider took for generations of a model.</summary>
internal sealed record ProviderCostItem(string Currency, decimal Cost, long Generations, decimal Charged);
