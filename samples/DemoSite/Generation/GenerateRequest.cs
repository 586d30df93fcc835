using System.ComponentModel;

namespace AiCredits.DemoSite.Generation;

/// <summary>A generation with a model of the caller's choice. Model and count need no checks here: they make the price, and what has no price is refused.</summary>
public sealed record GenerateRequest : PromptRequest
{
    [Description("The id of a model, see /api/credit-models.")]
    public string? AiModel { get; init; }

    [Description("How many pictures; each costs the model's price. Default 1.")]
    public int? Count { get; init; }
}
