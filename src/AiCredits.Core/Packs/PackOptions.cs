namespace AiCredits.Packs;

/// <summary>The settings of one pack.</summary>
public sealed class PackOptions
{
    /// <summary>Its name for people; the id with a capital when empty.</summary>
    public string? Name { get; set; }

    /// <summary>The price in <see cref="AiCreditsOptions.Currency"/>; must be above zero.</summary>
    public decimal Price { get; set; }

    /// <summary>Credits in all, bonus included; must be above zero.</summary>
    public Credits Credits { get; set; }

    /// <summary>How many of them are a bonus.</summary>
    public Credits BonusCredits { get; set; }

    /// <summary>True for the pack to highlight.</summary>
    public bool BestValue { get; set; }

    /// <summary>False to take the pack off the list. Default true.</summary>
    public bool Enabled { get; set; } = true;

    internal static Dictionary<string, PackOptions> Defaults() => new(StringComparer.Ordinal)
    {
        ["starter"] = new() { Name = "Starter", Price = 4.99m, Credits = 25 },
        ["creator"] = new() { Name = "Creator", Price = 14.99m, Credits = 110, BonusCredits = 10, BestValue = true },
        ["pro"] = new() { Name = "Pro", Price = 29.99m, Credits = 300, BonusCredits = 50 },
        ["enterprise"] = new() { Name = "Enterprise", Price = 49.99m, Credits = 650, BonusCredits = 150 },
    };
}
