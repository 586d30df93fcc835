namespace AiCredits.Pricing;

/// <summary>A model and its price.</summary>
/// <param name="Id">The id by which it is asked for.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Price">What one result costs.</param>
/// <param name="BestFor">What it is good at, in a few words.</param>
/// <param name="Version">Names this price: the same model with another price has another version.</param>
public sealed record ModelPrice(string Id, string Name, Credits Price, string BestFor, string Version)
{
    /// <summary>Quotes a number of results.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1 or the price overflows.</exception>
    public PriceQuote Quote(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        try
        {
            return new PriceQuote(Id, count, Price * count, Version);
        }
        catch (OverflowException)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"{count} results of {Id} cost more than can be counted. Ask for fewer.");
        }
    }
}
