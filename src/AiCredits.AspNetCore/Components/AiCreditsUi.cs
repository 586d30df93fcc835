using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Components;

/// <summary>
/// In the head of a Blazor app (App.razor): the links to the web components, and what they show first. Rendered on the
/// server only; an interactive part of the page finds them there.
/// </summary>
public sealed class AiCreditsUi : ComponentBase
{
    private string? html;

    /// <summary>False to leave the state out, on pages that are cached for all: the elements then ask for it. Default true.</summary>
    [Parameter]
    public bool State { get; set; } = true;

    [CascadingParameter]
    private HttpContext? Http { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if (Http is { } http)
        {
            var links = http.RequestServices.GetRequiredService<UiLinks>();
            var state = State ? await http.RequestServices.GetRequiredService<FirstPaint>().ReadAsync(http).ConfigureAwait(false) : null;
            html = UiHead.Html(links.To(http, UiAssets.StyleSheet), links.To(http, UiAssets.Module), state);
        }
    }

    /// <inheritdoc />
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (html is not null)
        {
            builder.AddMarkupContent(0, html);
        }
    }
}
