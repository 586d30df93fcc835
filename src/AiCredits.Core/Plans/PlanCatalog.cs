using System.Globalization;
using AiCredits.Payments;
using Microsoft.Extensions.Options;

namespace AiCredits.Plans;

/// <summary>The plans from <see cref="AiCreditsOptions"/>; follows a change of the settings while the app runs.</summary>
internal sealed class PlanCatalog : IPlanCatalog, IDisposable
{
    private readonly IDisposable? subscription;
    private volatile Lists current;

    public PlanCatalog(IOptionsMonitor<AiCreditsOptions> options)
    {
        current = new Lists(options.CurrentValue);
        subscription = options.OnChange(changed => current = new Lists(changed));
    }

    public IReadOnlyList<CreditPlan> Plans => current.OnOffer;

    public CreditPlan? Find(string id) => current.All.GetValueOrDefault(id);

    public CreditPlan? FindByPrice(string providerPriceId) => current.All.Values.FirstOrDefault(plan => plan.ProviderPriceId == providerPriceId);

    public void Dispose() => subscription?.Dispose();

    private sealed class Lists
    {
        public Lists(AiCreditsOptions options)
        {
            All = options.Plans.ToDictionary(plan => plan.Key, plan => Make(plan.Key, plan.Value, options.Currency), StringComparer.Ordinal);
            OnOffer = [.. All.Values
                .Where(plan => options.Plans[plan.Id].Enabled)
                .OrderBy(plan => plan.PricePerMonth)
                .ThenBy(plan => plan.Id, StringComparer.Ordinal)];
        }

        public Dictionary<string, CreditPlan> All { get; }

        public CreditPlan[] OnOffer { get; }

        private static CreditPlan Make(string id, PlanOptions plan, string currency) => new(
            id,
            string.IsNullOrWhiteSpace(plan.Name) ? CultureInfo.InvariantCulture.TextInfo.ToTitleCase(id) : plan.Name,
            new Money(plan.Price, currency),
            plan.Interval,
            plan.Credits)
        {
            Description = plan.Description,
            RefillMonths = plan.RefillMonths,
            RollOverCap = plan.RollOverCap,
            TrialDays = plan.TrialDays,
            TrialCredits = plan.TrialCredits,
            FairUse = plan.FairUseCredits is { } fair ? new FairUse(fair, plan.FairUseWindow) { RateCredits = plan.FairUseRateCredits, RateWindow = plan.FairUseRateWindow } : null,
            MinSeats = plan.MinSeats,
            MaxSeats = plan.MaxSeats,
            BestValue = plan.BestValue,
            ProviderPriceId = plan.ProviderPriceId,
        };
    }
}
