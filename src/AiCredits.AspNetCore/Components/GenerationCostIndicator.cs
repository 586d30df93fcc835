using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace AiCredits.AspNetCore.Components;

/// <summary><c>&lt;generation-cost-indicator&gt;</c> in Blazor, rendered on the server or interactive. What the next generation costs, and whether the caller can pay it.</summary>
public sealed class GenerationCostIndicator : ComponentBase
{
    /// <summary>With words, or a badge.</summary>
    [Parameter]
    public CostIndicatorMode Mode { get; set; }

    /// <summary>The id of the model; null for that of the selector in <see cref="For"/>.</summary>
    [Parameter]
    public string? Model { get; set; }

    /// <summary>How many results are asked for; null for that of the selector, else 1.</summary>
    [Parameter]
    public int? Count { get; set; }

    /// <summary>What one result costs, where the page knows better than the price list.</summary>
    [Parameter]
    public decimal? Cost { get; set; }

    /// <summary>The id of the <c>&lt;model-recommendation&gt;</c> that it belongs to.</summary>
    [Parameter]
    public string? For { get; set; }

    /// <summary>Its colours.</summary>
    [Parameter]
    public ComponentTheme Theme { get; set; }

    /// <summary>Further attributes of the element.</summary>
    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? AdditionalAttributes { get; set; }

    /// <inheritdoc />
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        new ComponentMarkup(
            "generation-cost-indicator",
            ("mode", ComponentMarkup.Word(Mode)),
            ("model", Model),
            ("count", Count),
            ("cost", Cost),
            ("for", For),
            ComponentMarkup.Theme(Theme)).Write(builder, AdditionalAttributes);
    }
}
