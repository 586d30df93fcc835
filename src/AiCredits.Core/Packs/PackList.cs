namespace AiCredits.Packs;

/// <summary>Makes the list that is shown: cheapest first, with savings against the dearest of the same currency.</summary>
internal static class PackList
{
    public static CreditPack[] Of(IEnumerable<StoredPack> packs)
    {
        var offered = packs.Where(pack => !pack.Retired).ToArray();
        var dearest = offered.GroupBy(pack => pack.Currency, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Max(PerCredit), StringComparer.Ordinal);
        return [.. offered
            .OrderBy(pack => pack.Price)
            .ThenBy(pack => pack.Id, StringComparer.Ordinal)
            .Select(pack => new CreditPack(
                pack.Id,
                pack.Name,
                pack.Credits,
                pack.BonusCredits,
                pack.Price,
                pack.Currency,
                Math.Round(PerCredit(pack), 6, MidpointRounding.AwayFromZero),
                (int)Math.Round((1 - (PerCredit(pack) / dearest[pack.Currency])) * 100, MidpointRounding.AwayFromZero),
                pack.BestValue))];
    }

    /// <summary>The packs of the settings.</summary>
    public static IEnumerable<StoredPack> FromSettings(AiCreditsOptions options) => options.Packs
        .Where(pack => pack.Value.Enabled)
        .Select(pack => new StoredPack
        {
            Id = pack.Key,
            Name = string.IsNullOrWhiteSpace(pack.Value.Name) ? System.Globalization.CultureInfo.InvariantCulture.TextInfo.ToTitleCase(pack.Key) : pack.Value.Name,
            Price = pack.Value.Price,
            Currency = pack.Value.Currency ?? options.Currency,
            Credits = pack.Value.Credits,
            BonusCredits = pack.Value.BonusCredits,
            BestValue = pack.Value.BestValue,
        });

    private static decimal PerCredit(StoredPack pack) => pack.Price / pack.Credits.ToDecimal();
}
