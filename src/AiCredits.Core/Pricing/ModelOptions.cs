using AiCredits.Ledger;
using AiCredits.Metering;

namespace AiCredits.Pricing;

/// <summary>The settings of one model.</summary>
public sealed class ModelOptions
{
    /// <summary>Its name for people; the id when empty.</summary>
    public string? Name { get; set; }

    /// <summary>What one result costs; must be above zero.</summary>
    public Credits Credits { get; set; }

    /// <summary>What it is good at, in a few words.</summary>
    public string? BestFor { get; set; }

    /// <summary>False to take the model off the list. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Where it stands in the list: lower first, then by price, then by name. Default 0.</summary>
    public int Order { get; set; }

    /// <summary>How long a hold for it lives unsettled; null for <see cref="HoldOptions.Lease"/>.</summary>
    public TimeSpan? Lease { get; set; }

    /// <summary>What becomes of a hold that nobody settled in time. Default <see cref="HoldExpiryPolicy.Release"/>.</summary>
    public HoldExpiryPolicy OnExpiry { get; set; }

    internal static Dictionary<string, ModelOptions> Defaults() => new(StringComparer.Ordinal)
    {
        ["nano-banana"] = new() { Name = "Nano Banana", Credits = 0.5m, BestFor = "budget option" },
        ["flux-dev"] = new() { Name = "Flux Dev", Credits = 1, BestFor = "standard quality" },
        ["lora-normal"] = new() { Name = "LORA Normal", Credits = 1, BestFor = "artistic detail" },
        ["lora-context"] = new() { Name = "LORA Context", Credits = 1, BestFor = "storytelling" },
        ["gemini-flash"] = new() { Name = "Gemini Flash", Credits = 1, BestFor = "Google AI" },
        ["nano-banana-pro"] = new() { Name = "Nano Banana Pro", Credits = 2, BestFor = "premium quality" },
    };
}
