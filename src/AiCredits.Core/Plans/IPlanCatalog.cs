namespace AiCredits.Plans;

/// <summary>The plans on offer.</summary>
/// <remarks>Thread-safe; never blocks.</remarks>
public interface IPlanCatalog
{
    /// <summary>All plans, cheapest per month first.</summary>
    IReadOnlyList<CreditPlan> Plans { get; }

    /// <summary>A plan by its id, also one that is off the list; null when there is none.</summary>
    CreditPlan? Find(string id);

    /// <summary>The plan of a price at the provider; null when none names it.</summary>
    CreditPlan? FindByPrice(string providerPriceId);
}
