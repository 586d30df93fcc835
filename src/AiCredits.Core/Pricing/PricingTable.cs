using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace AiCredits.Pricing;

/// <summary>The price list from <see cref="AiCreditsOptions"/>; follows a change of the settings while the app runs.</summary>
internal sealed class PricingTable : IPricingTable, IDisposable
{
    private readonly IDisposable? subscription;
    private volatile PriceList current;

    public PricingTable(IOptionsMonitor<AiCreditsOptions> options)
    {
        current = new PriceList(options.CurrentValue);
        subscription = options.OnChange(changed => current = new PriceList(changed));
    }

    public IReadOnlyList<ModelPrice> Models => current.Models;

    public ModelPrice? Find(string model) => current.ById.GetValueOrDefault(model);

    public void Dispose() => subscription?.Dispose();

    private sealed class PriceList
    {
        public PriceList(AiCreditsOptions options)
        {
            Models = [.. options.Models
                .Where(model => model.Value.Enabled)
                .OrderBy(model => model.Value.Order)
                .ThenBy(model => model.Value.Credits)
                .ThenBy(NameOf, StringComparer.Ordinal)
                .Select(model => new ModelPrice(model.Key, NameOf(model), model.Value.Credits, model.Value.BestFor ?? "", VersionOf(model.Key, model.Value.Credits)))];
            ById = Models.ToFrozenDictionary(model => model.Id, StringComparer.Ordinal);
        }

        public ModelPrice[] Models { get; }

        public FrozenDictionary<string, ModelPrice> ById { get; }

        private static string NameOf(KeyValuePair<string, ModelOptions> model) => string.IsNullOrWhiteSpace(model.Value.Name) ? model.Key : model.Value.Name;

        // Made from what it names, so that every instance and every restart agrees without a counter to keep.
        private static string VersionOf(string id, Credits price)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}\n{price.Millionths}")));
            return Convert.ToHexStringLower(hash.AsSpan(0, 4));
        }
    }
}
