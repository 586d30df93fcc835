using Microsoft.AspNetCore.Razor.TagHelpers;

namespace AiCredits.AspNetCore.Components;

/// <summary><c>&lt;generation-cost-indicator&gt;</c> in Razor. What the next generation costs, and whether the caller can pay it.</summary>
[HtmlTargetElement("generation-cost-indicator")]
public sealed class GenerationCostIndicatorTagHelper : TagHelper
{
    /// <summary>With words, or a badge.</summary>
    public CostIndicatorMode Mode { get; set; }

    /// <summary>The id of the model; null for that of the selector in <see cref="For"/>.</summary>
    public string? Model { get; set; }

    /// <summary>How many results are asked for; null for that of the selector, else 1.</summary>
    public int? Count { get; set; }

    /// <summary>What one result costs, where the page knows better than the price list.</summary>
    public decimal? Cost { get; set; }

    /// <summary>The id of the <c>&lt;model-recommendation&gt;</c> that it belongs to.</summary>
    public string? For { get; set; }

    /// <summary>Its colours.</summary>
    public ComponentTheme Theme { get; set; }

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        new ComponentMarkup(
            "generation-cost-indicator",
            ("mode", ComponentMarkup.Word(Mode)),
            ("model", Model),
            ("count", Count),
            ("cost", Cost),
            ("for", For),
            ComponentMarkup.Theme(Theme)).Write(output);
    }
}
