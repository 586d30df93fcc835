using AiCredits.Payments;

namespace AiCredits.Stripe.Payments;

/// <summary>
/// Money in the units of Stripe's API, which are not always those of ISO 4217:
/// https://docs.stripe.com/currencies#minor-units.
/// </summary>
internal static class StripeAmount
{
    // Stripe's own limits are lower for most currencies, and change: beyond these twelve digits there is none left.
    private const long MaxMinor = 999_999_999_999;

    /// <summary>How many decimals a price in the currency may have.</summary>
    public static int DecimalsOf(string currency) => UnitsOf(currency).Decimals;

    public static bool TryToMinor(Money money, out long minor)
    {
        var (factor, decimals) = UnitsOf(money.Currency);
        minor = 0;
        if (money.Amount is <= 0 or > MaxMinor || money.Amount * factor > MaxMinor || decimal.Round(money.Amount, decimals) != money.Amount)
        {
            return false;
        }

        minor = (long)(money.Amount * factor);
        return true;
    }

    public static decimal FromMinor(long minor, string currency) => (decimal)minor / UnitsOf(currency).Factor;

    private static (int Factor, int Decimals) UnitsOf(string? currency) => currency?.ToUpperInvariant() switch
    {
        "BIF" or "CLP" or "DJF" or "GNF" or "JPY" or "KMF" or "KRW" or "MGA" or "PYG" or "RWF" or "VND" or "VUV" or "XAF" or "XOF" or "XPF" => (1, 0),
        // Sent as if they had cents, but only whole units can be charged.
        "ISK" or "UGX" => (100, 0),
        // The last of three decimals must be zero.
        "BHD" or "JOD" or "KWD" or "OMR" or "TND" => (1000, 2),
        _ => (100, 2),
    };
}
