using Microsoft.AspNetCore.Razor.TagHelpers;

namespace AiCredits.AspNetCore.Components;

/// <summary><c>&lt;credit-packs-modal&gt;</c> in Razor. A full-screen dialog with all packs. Opens by itself when a call of <c>creditsFetch</c> was refused for want of credits.</summary>
[HtmlTargetElement("credit-packs-modal")]
public sealed class CreditPacksModalTagHelper : TagHelper
{
    /// <summary>True while it is open.</summary>
    public bool Open { get; set; }

    /// <summary>True not to open by itself.</summary>
    public bool Manual { get; set; }

    /// <summary>Where the sign-up button leads; null for <see cref="AiCreditsHttpOptions.SignUpUrl"/>.</summary>
    public string? SignUpUrl { get; set; }

    /// <summary>Where the buyer comes back to from the checkout, a path of this site; null for <see cref="AiCreditsHttpOptions.ReturnUrl"/>.</summary>
    public string? ReturnUrl { get; set; }

    /// <summary>Its colours.</summary>
    public ComponentTheme Theme { get; set; }

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        new ComponentMarkup(
            "credit-packs-modal",
            ("open", Open),
            ("manual", Manual),
            ("sign-up-url", SignUpUrl),
            ("return-url", ReturnUrl),
            ComponentMarkup.Theme(Theme)).Write(output);
    }
}
