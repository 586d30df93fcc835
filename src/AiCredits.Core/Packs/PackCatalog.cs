using System.Globalization;
using Microsoft.Extensions.Options;

namespace AiCredits.Packs;

/// <summary>The packs from <see cref="AiCreditsOptions"/>; follows a change of the settings while the app runs.</summary>
internal sealed class PackCatalog : IPackCatalog, IDisposable
{
    private readonly IDisposable? subscription;
    private volatile CreditPack[] current;

    public PackCatalog(IOptionsMonitor<AiCreditsOptions> options)
    {
        current = Build(options.CurrentValue);
        subscription = options.OnChange(changed => current = Build(changed));
    }

    public IReadOnlyList<CreditPack> Packs => current;

    public void Dispose() => subscription?.Dispose();

    private static CreditPack[] Build(AiCreditsOptions options)
    {
        var enabled = options.Packs.Where(pack => pack.Value.Enabled).ToArray();
        var dearest = enabled.Length == 0 ? 0 : enabled.Max(pack => PerCredit(pack.Value));
        return [.. enabled
            .OrderBy(pack => pack.Value.Price)
            .ThenBy(pack => pack.Key, StringComparer.Ordinal)
            .Select(pack => new CreditPack(
                pack.Key,
                string.IsNullOrWhiteSpace(pack.Value.Name) ? CultureInfo.InvariantCulture.TextInfo.ToTitleCase(pack.Key) : pack.Value.Name,
                pack.Value.Credits,
                pack.Value.BonusCredits,
                pack.Value.Price,
                options.Currency,
                Math.Round(PerCredit(pack.Value), 6, MidpointRounding.AwayFromZero),
                (int)Math.Round((1 - (PerCredit(pack.Value) / dearest)) * 100, MidpointRounding.AwayFromZero),
                pack.Value.BestValue))];
    }

    private static decimal PerCredit(PackOptions pack) => pack.Price / pack.Credits.ToDecimal();
}
