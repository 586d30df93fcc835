namespace AiCredits.DemoSite;

/// <summary>The pages of the demo, in the order of the navigation. Each has a script and a stylesheet of its name.</summary>
internal static class DemoPages
{
    public const string Start = "/credits-demo";

    public static readonly IReadOnlyList<DemoPage> All =
    [
        new("start", "Start", Start, "The way from guest to customer, and the five lines of code."),
        new("studio", "Studio", $"{Start}/studio", "Prompt, model, price, picture, history: the components at work, as in a product."),
        new("packs", "Packs", $"{Start}/packs", "Buying credits: the packs, the checkout, and what comes back from it."),
        new("gallery", "Gallery", $"{Start}/gallery", "Every component in every state, in light and dark, small and from right to left."),
        new("guide", "API", $"{Start}/api", "Every call, run in the page, with code to copy in C#, JavaScript and curl."),
        new("try", "Try it", $"{Start}/try", "Switches that make it fail, wait, race, run low, expire and refund, and the entries that result."),
    ];
}
