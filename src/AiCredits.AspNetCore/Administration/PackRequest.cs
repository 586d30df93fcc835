using System.ComponentModel;

namespace AiCredits.AspNetCore.Administration;

/// <summary>What an admin wants of a pack. Each act reads the members that it needs.</summary>
internal sealed record PackRequest
{
    [Description("The pack. Every act needs it; it never changes.")]
    public string? Id { get; init; }

    [Description("Why. Every act needs it; it is kept with the pack.")]
    public string? Reason { get; init; }

    [Description("reprice-pack, retire-pack and offer-pack: the version that you have seen. When another one is kept by now, nothing changes.")]
    public long? Version { get; init; }

    [Description("add-pack: its name for people.")]
    public string? Name { get; init; }

    [Description("add-pack and reprice-pack: the price.")]
    public decimal? Price { get; init; }

    [Description("add-pack: the ISO 4217 code in capitals.")]
    public string? Currency { get; init; }

    [Description("add-pack: credits in all, bonus included. reprice-pack: the same, unchanged when it is left out.")]
    public Credits? Credits { get; init; }

    [Description("add-pack: how many of them are a bonus. reprice-pack: the same, unchanged when it is left out.")]
    public Credits? BonusCredits { get; init; }

    [Description("add-pack: true to highlight it.")]
    public bool BestValue { get; init; }
}
