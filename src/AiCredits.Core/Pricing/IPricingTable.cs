namespace AiCredits.Pricing;

/// <summary>What each model costs, now. Prices may change while the app runs; a quote that was given stays as it is.</summary>
/// <remarks>Thread-safe; never blocks.</remarks>
public interface IPricingTable
{
    /// <summary>All models that can be used, in the order to show them.</summary>
    IReadOnlyList<ModelPrice> Models { get; }

    /// <summary>The model of an id (exact, case-sensitive); null when there is none.</summary>
    ModelPrice? Find(string model);
}
