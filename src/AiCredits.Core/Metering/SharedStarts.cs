using AiCredits.Ledger;
using AiCredits.Pricing;

namespace AiCredits.Metering;

/// <summary>
/// Without a prompt, generations of one price start alike and can share the description of it; a history in memory then
/// keeps it once. Thread-safe: a lost update only costs another copy.
/// </summary>
internal sealed class SharedStarts
{
    // A price list is short. Prices that fall on the same place take turns.
    private readonly GenerationStart?[] recent = new GenerationStart?[32];

    public GenerationStart Find(PriceQuote quote)
    {
        ref var place = ref recent[(uint)HashCode.Combine(quote.Model, quote.Count) % (uint)recent.Length];
        return place is { } known && known.Model == quote.Model && known.Count == quote.Count && known.Price == quote.Total && known.PriceVersion == quote.Version
            ? known
            : place = new GenerationStart { Model = quote.Model, Count = quote.Count, Price = quote.Total, PriceVersion = quote.Version };
    }
}
