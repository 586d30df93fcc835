using AiCredits.Events;
using AiCredits.Guests;
using AiCredits.Metering;
using AiCredits.Packs;
using AiCredits.Pricing;

namespace AiCredits;

/// <summary>
/// Every setting of the core, bound from the configuration section <c>AiCredits</c>. Wrong settings stop the app at
/// start-up; a wrong change while it runs is logged and the last good settings stay.
/// </summary>
public sealed class AiCreditsOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "AiCredits";

    /// <summary>Credits that a new account is given once. Default 50; 0 turns it off.</summary>
    public Credits WelcomeCredits { get; set; } = 50;

    /// <summary>After how long unspent welcome credits expire. Default null: never.</summary>
    public TimeSpan? WelcomeCreditsExpireAfter { get; set; }

    /// <summary>Below this balance the user is warned. Default 10.</summary>
    public Credits LowBalance { get; set; } = 10;

    /// <summary>The models by id. Starts with the defaults: change, add or remove.</summary>
    public Dictionary<string, ModelOptions> Models { get; } = ModelOptions.Defaults();

    /// <summary>The packs by id. Starts with the defaults: change, add or remove.</summary>
    public Dictionary<string, PackOptions> Packs { get; } = PackOptions.Defaults();

    /// <summary>The currency of the packs, ISO 4217. Default <c>USD</c>.</summary>
    public string Currency { get; set; } = "USD";

    /// <summary>Free generations for guests.</summary>
    public GuestOptions Guests { get; } = new();

    /// <summary>How long credits stay set aside.</summary>
    public HoldOptions Holds { get; } = new();

    /// <summary>Which outcomes of a generation are charged.</summary>
    public OutcomeOptions Outcomes { get; } = new();

    /// <summary>Whether prompts are kept.</summary>
    public PromptOptions Prompts { get; } = new();

    /// <summary>How events are told.</summary>
    public EventOptions Events { get; } = new();

    /// <summary>The most results that one request may ask for. Default 100.</summary>
    public int MaxCount { get; set; } = 100;
}
