using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Components;

/// <summary>
/// <c>&lt;aicredits-ui /&gt;</c> in the head of a page: the links to the web components, and what they show first. With
/// that state the page is one person's, and is kept from shared caches.
/// </summary>
[HtmlTargetElement("aicredits-ui", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class AiCreditsUiTagHelper : TagHelper
{
    /// <summary>False to leave the state out, on pages that are cached for all: the elements then ask for it. Default true.</summary>
    public bool State { get; set; } = true;

    /// <summary>The page.</summary>
    [ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var http = ViewContext.HttpContext;
        var links = http.RequestServices.GetRequiredService<UiLinks>();
        var state = State ? await http.RequestServices.GetRequiredService<FirstPaint>().ReadAsync(http).ConfigureAwait(false) : null;
        output.TagName = null;
        output.Content.SetHtmlContent(UiHead.Html(links.To(http, UiAssets.StyleSheet), links.To(http, UiAssets.Module), state));
    }
}
