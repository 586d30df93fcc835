using System.Text.Json.Serialization;
using AiCredits.AspNetCore.Endpoints;

namespace AiCredits.AspNetCore.Administration;

/// <summary>What is sold and what it buys.</summary>
internal sealed record CatalogItem(IReadOnlyList<PackItem> Packs, IReadOnlyList<PriceItem> Prices);

/// <summary>The price of a model.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record PriceItem(string Id, string Name, string BestFor, decimal Credits, string Version);
