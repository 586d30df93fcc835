namespace AiCredits.DemoSite.Gallery;

/// <summary>A component in one of its modes.</summary>
/// <param name="Element">The element.</param>
/// <param name="Title">What is to be seen.</param>
/// <param name="Markup">What a page writes for it.</param>
internal sealed record Specimen(string Element, string Title, string Markup)
{
    public static readonly IReadOnlyList<Specimen> All =
    [
        new("credit-balance", "Compact, for headers", "<credit-balance></credit-balance>"),
        new("credit-balance", "Full, for dashboards", """<credit-balance mode="full"></credit-balance>"""),
        new("generation-cost-indicator", "Full", """<generation-cost-indicator model="flux-dev"></generation-cost-indicator>"""),
        new("generation-cost-indicator", "Several results of a dear model", """<generation-cost-indicator model="nano-banana-pro" count="4"></generation-cost-indicator>"""),
        new("generation-cost-indicator", "Badge", """<generation-cost-indicator mode="badge" model="nano-banana"></generation-cost-indicator>"""),
        new("generation-cost-indicator", "A model that there isn't", """<generation-cost-indicator mode="badge" model="dall-e"></generation-cost-indicator>"""),
        new("model-recommendation", "Selector", """<model-recommendation name="model"></model-recommendation>"""),
        new("credit-packs-modal", "Dialog", """<credit-packs-modal manual></credit-packs-modal>"""),
    ];
}
