using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace AiCredits.AspNetCore.Components;

/// <summary><c>&lt;credit-balance&gt;</c> in Blazor, rendered on the server or interactive. What the caller has: the balance of a user, the free generations of a guest.</summary>
public sealed class CreditBalance : ComponentBase
{
    /// <summary>One line or a card.</summary>
    [Parameter]
    public CreditBalanceMode Mode { get; set; }

    /// <summary>True to show no button that opens the packs.</summary>
    [Parameter]
    public bool NoBuy { get; set; }

    /// <summary>Where the sign-up button leads; null for <see cref="AiCreditsHttpOptions.SignUpUrl"/>.</summary>
    [Parameter]
    public string? SignUpUrl { get; set; }

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
            "credit-balance",
            ("mode", ComponentMarkup.Word(Mode)),
            ("no-buy", NoBuy),
            ("sign-up-url", SignUpUrl),
            ComponentMarkup.Theme(Theme)).Write(builder, AdditionalAttributes);
    }
}
