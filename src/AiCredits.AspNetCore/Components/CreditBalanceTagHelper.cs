using Microsoft.AspNetCore.Razor.TagHelpers;

namespace AiCredits.AspNetCore.Components;

/// <summary><c>&lt;credit-balance&gt;</c> in Razor. What the caller has: the balance of a user, the free generations of a guest.</summary>
[HtmlTargetElement("credit-balance")]
public sealed class CreditBalanceTagHelper : TagHelper
{
    /// <summary>One line or a card.</summary>
    public CreditBalanceMode Mode { get; set; }

    /// <summary>True to show no button that opens the packs.</summary>
    public bool NoBuy { get; set; }

    /// <summary>Where the sign-up button leads; null for <see cref="AiCreditsHttpOptions.SignUpUrl"/>.</summary>
    public string? SignUpUrl { get; set; }

    /// <summary>Its colours.</summary>
    public ComponentTheme Theme { get; set; }

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        new ComponentMarkup(
            "credit-balance",
            ("mode", ComponentMarkup.Word(Mode)),
            ("no-buy", NoBuy),
            ("sign-up-url", SignUpUrl),
            ComponentMarkup.Theme(Theme)).Write(output);
    }
}
