namespace AiCredits.Pricing;

/// <summary>A price that was agreed for one request; later changes of the price list don't touch it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Count">How many results.</param>
/// <param name="Total">What they cost together.</param>
/// <param name="Version">Which version of the price it is.</param>
public sealed record PriceQuote(string Model, int Count, Credits Total, string Version);
