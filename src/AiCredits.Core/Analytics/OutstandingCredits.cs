using AiCredits.Payments;

namespace AiCredits.Analytics;

/// <summary>Credits that accounts own and have not spent.</summary>
/// <param name="Paid">Bought ones: what is sold and not yet delivered.</param>
/// <param name="Free">All others.</param>
/// <param name="Held">Of both, what is set aside for running generations.</param>
/// <param name="Debt">What accounts owe.</param>
public sealed record OutstandingCredits(Credits Paid, Credits Free, Credits Held, Credits Debt)
{
    private const int Decimals = 6;

    /// <summary>
    /// The deferred revenue by currency, in the order of its code: <see cref="Paid"/> at what was paid for each of them, and
    /// of plans the share of the time that is paid and still to come. Bought credits that no purchase is known of are worth
    /// nothing here.
    /// </summary>
    public IReadOnlyList<Money> Deferred { get; init; } = [];

    /// <summary>The worth of unspent credits, to the millionth; every store reckons it here, so that they agree.</summary>
    /// <param name="unspent">What was paid in all, how many credits were bought with it (without the bonus), and how many of them are left.</param>
    public static IReadOnlyList<Money> Worth(IEnumerable<(Money Total, Credits Bought, Credits Left)> unspent) => [.. unspent
        .GroupBy(sold => (sold.Total, sold.Bought), sold => sold.Left.Millionths)
        .OrderBy(price => price.Key.Total.Amount).ThenBy(price => price.Key.Bought.Millionths)
        .GroupBy(price => price.Key.Total.Currency, price => price.Key.Total.Amount * price.Sum() / price.Key.Bought.Millionths)
        .OrderBy(currency => currency.Key, StringComparer.Ordinal)
        .Select(currency => new Money(decimal.Round(currency.Sum(), Decimals), currency.Key))];

    /// <summary>One figure for each currency, in the order of its code.</summary>
    public static IReadOnlyList<Money> Sum(IEnumerable<Money> parts) => [.. parts
        .GroupBy(part => part.Currency, part => part.Amount)
        .OrderBy(currency => currency.Key, StringComparer.Ordinal)
        .Select(currency => new Money(currency.Sum(), currency.Key))];
}
