using Microsoft.AspNetCore.Razor.TagHelpers;

namespace AiCredits.AspNetCore.Components;

/// <summary><c>&lt;model-recommendation&gt;</c> in Razor. A selector of models: what each costs, what it is good at, and which one the balance recommends.</summary>
[HtmlTargetElement("model-recommendation")]
public sealed class ModelRecommendationTagHelper : TagHelper
{
    /// <summary>Its name in forms.</summary>
    public string? Name { get; set; }

    /// <summary>The id of the selected model; null for the recommended one.</summary>
    public string? Value { get; set; }

    /// <summary>How many results will be asked for: a model must be affordable that often.</summary>
    public int? Count { get; set; }

    /// <summary>What stands above it; null for the word for model in the page's language.</summary>
    public string? Label { get; set; }

    /// <summary>True to let nothing be selected.</summary>
    public bool Disabled { get; set; }

    /// <summary>Its colours.</summary>
    public ComponentTheme Theme { get; set; }

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        new ComponentMarkup(
            "model-recommendation",
            ("name", Name),
            ("value", Value),
            ("count", Count),
            ("label", Label),
            ("disabled", Disabled),
            ComponentMarkup.Theme(Theme)).Write(output);
    }
}
