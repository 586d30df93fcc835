using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace AiCredits.AspNetCore.Components;

/// <summary><c>&lt;credit-packs-modal&gt;</c> in Blazor, rendered on the server or interactive. A full-screen dialog with all packs. Opens by itself when a call of <c>creditsFetch</c> was refused for want of credits.</summary>
public sealed class CreditPacksModal : ComponentBase
{
    /// <summary>True while it is open.</summary>
    [Parameter]
    public bool Open { get; set; }

    /// <summary>True not to open by itself.</summary>
    [Parameter]
    public bool Manual { get; set; }

    /// <summary>Where the sign-up button leads; null for <see cref="AiCreditsHttpOptions.SignUpUrl"/>.</summary>
    [Parameter]
    public string? SignUpUrl { get; set; }

    /// <summary>Where the buyer comes back to from the checkout, a path of this site; null for <see cref="AiCreditsHttpOptions.ReturnUrl"/>.</summary>
    [Parameter]
    public string? ReturnUrl { get; set; }

    /// <summary>Its colours.</summary>
    [Parameter]
    public ComponentTheme Theme { get; set; }

    /// <summary>Called when it has closed.</summary>
    [Parameter]
    public EventCallback<bool> OpenChanged { get; set; }

    /// <summary>Further attributes of the element.</summary>
    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? AdditionalAttributes { get; set; }

    /// <inheritdoc />
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        new ComponentMarkup(
            "credit-packs-modal",
            ("open", Open),
            ("manual", Manual),
            ("sign-up-url", SignUpUrl),
            ("return-url", ReturnUrl),
            ComponentMarkup.Theme(Theme)).Write(builder, AdditionalAttributes,
                events => events.AddAttribute(3, "onclose", EventCallback.Factory.Create(this, () => OpenChanged.InvokeAsync(false))));
    }
}
