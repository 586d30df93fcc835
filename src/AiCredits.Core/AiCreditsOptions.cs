using AiCredits.Analytics;
using AiCredits.Events;
using AiCredits.Guests;
using AiCredits.Integrity;
using AiCredits.Metering;
using AiCredits.Packs;
using AiCredits.Plans;
using AiCredits.Pricing;
using AiCredits.Purchases;
using AiCredits.Referrals;
using AiCredits.Webhooks;

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

    /// <summary>The plans by id. Starts empty: add what you sell by subscription.</summary>
    public Dictionary<string, PlanOptions> Plans { get; } = new(StringComparer.Ordinal);

    /// <summary>How long the credits of a plan's period live on after its end, while the renewal is being paid. Default one day.</summary>
    public TimeSpan PlanGrace { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Credits for bringing others.</summary>
    public ReferralOptions Referrals { get; } = new();

    /// <summary>Who is told of events by webhook.</summary>
    public WebhookOptions Webhooks { get; } = new();

    /// <summary>The checks of the ledger that run beside the app.</summary>
    public IntegrityOptions Integrity { get; } = new();

    /// <summary>How packs are sold.</summary>
    public PurchaseOptions Purchases { get; } = new();

    /// <summary>How analytics are kept.</summary>
    public AnalyticsOptions Analytics { get; } = new();

    /// <summary>The most results that one request may ask for. Default 100.</summary>
    public int MaxCount { get; set; } = 100;
}
