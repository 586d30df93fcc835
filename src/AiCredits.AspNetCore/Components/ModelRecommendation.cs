using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace AiCredits.AspNetCore.Components;

/// <summary><c>&lt;model-recommendation&gt;</c> in Blazor, rendered on the server or interactive. A selector of models: what each costs, what it is good at, and which one the balance recommends.</summary>
public sealed class ModelRecommendation : ComponentBase
{
    /// <summary>Its name in forms.</summary>
    [Parameter]
    public string? Name { get; set; }

    /// <summary>The id of the selected model; null for the recommended one.</summary>
    [Parameter]
    public string? Value { get; set; }

    /// <summary>How many results will be asked for: a model must be affordable that often.</summary>
    [Parameter]
    public int? Count { get; set; }

    /// <summary>What stands above it; null for the word for model in the page's language.</summary>
    [Parameter]
    public string? Label { get; set; }

    /// <summary>True to let nothing be selected.</summary>
    [Parameter]
    public bool Disabled { get; set; }

    /// <summary>Its colours.</summary>
    [Parameter]
    public ComponentTheme Theme { get; set; }

    /// <summary>Called when the person has selected another model.</summary>
    [Parameter]
    public EventCallback<string?> ValueChanged { get; set; }

    /// <summary>Further attributes of the element.</summary>
    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? AdditionalAttributes { get; set; }

    /// <inheritdoc />
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        new ComponentMarkup(
            "model-recommendation",
            ("name", Name),
            ("value", Value),
            ("count", Count),
            ("label", Label),
            ("disabled", Disabled),
            ComponentMarkup.Theme(Theme)).Write(builder, AdditionalAttributes,
                events => events.AddAttribute(3, "onchange", EventCallback.Factory.Create<ChangeEventArgs>(this, change => ValueChanged.InvokeAsync(change.Value?.ToString()))));
    }
}
