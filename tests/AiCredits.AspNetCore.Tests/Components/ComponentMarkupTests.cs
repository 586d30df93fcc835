using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiCredits.AspNetCore.Components;

/// <summary>Razor and Blazor write the same elements.</summary>
public sealed partial class ComponentMarkupTests
{
    [Fact]
    public async Task Tag_helpers_and_components_write_the_same()
    {
        var written = new (TagHelper Helper, Func<Task<string>> Component, string Html)[]
        {
            (new CreditBalanceTagHelper(), () => RenderAsync<CreditBalance>([]), "<credit-balance mode=\"compact\"></credit-balance>"),
            (
                new CreditBalanceTagHelper { Mode = CreditBalanceMode.Full, NoBuy = true, Theme = ComponentTheme.Dark, SignUpUrl = "/join?a=1&b=\"2\"" },
                () => RenderAsync<CreditBalance>(new() { ["Mode"] = CreditBalanceMode.Full, ["NoBuy"] = true, ["Theme"] = ComponentTheme.Dark, ["SignUpUrl"] = "/join?a=1&b=\"2\"" }),
                "<credit-balance mode=\"full\" no-buy sign-up-url=\"/join?a=1&amp;b=&quot;2&quot;\" theme=\"dark\"></credit-balance>"),
            (
                new CreditPacksModalTagHelper { Open = true, Manual = true },
                () => RenderAsync<CreditPacksModal>(new() { ["Open"] = true, ["Manual"] = true }),
                "<credit-packs-modal open manual></credit-packs-modal>"),
            (
                new GenerationCostIndicatorTagHelper { Mode = CostIndicatorMode.Badge, Model = "flux-dev", Count = 2, Cost = 0.5m, For = "model" },
                () => RenderAsync<GenerationCostIndicator>(new() { ["Mode"] = CostIndicatorMode.Badge, ["Model"] = "flux-dev", ["Count"] = 2, ["Cost"] = 0.5m, ["For"] = "model" }),
                "<generation-cost-indicator mode=\"badge\" model=\"flux-dev\" count=\"2\" cost=\"0.5\" for=\"model\"></generation-cost-indicator>"),
            (
                new ModelRecommendationTagHelper { Name = "model", Value = "flux-dev", Count = 4, Label = "Model <b>", Theme = ComponentTheme.Auto },
                () => RenderAsync<ModelRecommendation>(new() { ["Name"] = "model", ["Value"] = "flux-dev", ["Count"] = 4, ["Label"] = "Model <b>", ["Theme"] = ComponentTheme.Auto }),
                "<model-recommendation name=\"model\" value=\"flux-dev\" count=\"4\" label=\"Model &lt;b&gt;\" theme=\"auto\"></model-recommendation>"),
        };

        foreach (var (helper, component, html) in written)
        {
            Plain(Render(helper)).ShouldBe(html);
            Plain(await component()).ShouldBe(html);
        }
    }

    [Fact]
    public async Task Other_attributes_reach_the_element()
    {
        (await RenderAsync<CreditBalance>(new() { ["class"] = "corner", ["lang"] = "de" })).ShouldBe("<credit-balance class=\"corner\" lang=\"de\" mode=\"compact\"></credit-balance>");
    }

    [Fact]
    public async Task The_head_links_to_this_version_and_holds_what_the_elements_show_first()
    {
        await using var app = await TestApp.StartAsync();
        await app.GrantAsync("ann", 7, description: "</script><script>alert(1)</script>");
        var context = Context(app, "ann", pathBase: "/shop");

        var html = await HeadAsync(context);

        html.ShouldContain($"<link rel=\"stylesheet\" href=\"/shop/api/credits/ui/{UiAssets.Version}/aicredits.css\">");
        html.ShouldContain($"<script type=\"module\" src=\"/shop/api/credits/ui/{UiAssets.Version}/aicredits.js\"></script>");
        html.ShouldNotContain("alert(1)</script>");
        var state = JsonDocument.Parse(State().Match(html).Groups[1].Value).RootElement;
        state.GetProperty("credits").GetProperty("credits").GetProperty("balance").GetDecimal().ShouldBe(57);
        state.GetProperty("models").GetArrayLength().ShouldBe(6);
        state.GetProperty("packs").GetArrayLength().ShouldBe(4);
        context.Response.Headers.CacheControl.ToString().ShouldBe("private, no-cache");
    }

    [Fact]
    public async Task The_state_is_the_very_answer_of_the_endpoints()
    {
        await using var app = await TestApp.StartAsync();
        await app.GrantAsync("ann", 7);

        var state = JsonDocument.Parse(State().Match(await HeadAsync(Context(app, "ann"))).Groups[1].Value).RootElement;

        foreach (var (member, path) in new[] { ("credits", "/api/credits"), ("models", "/api/credit-models"), ("packs", "/api/credit-packs") })
        {
            state.GetProperty(member).GetRawText().ShouldBe((await app.JsonAsync(path, "ann")).GetRawText());
        }
    }

    [Fact]
    public async Task A_page_that_is_cached_for_all_leaves_the_state_out()
    {
        await using var app = await TestApp.StartAsync();
        var context = Context(app, "ann");

        var html = await HeadAsync(context, state: false);

        html.ShouldNotContain("data-aicredits");
        context.Response.Headers.CacheControl.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_ledger_that_is_lost_does_not_take_the_page_with_it()
    {
        await using var app = await TestApp.StartAsync(services: BreakableStore.Use);
        app.Services.GetRequiredService<BreakableStore>().IsBroken = true;

        var html = await HeadAsync(Context(app, "ann"));

        html.ShouldNotContain("data-aicredits");
        html.ShouldContain("aicredits.js");
    }

    [Fact]
    public async Task Without_the_endpoints_the_page_says_what_is_missing()
    {
        await using var app = await TestApp.StartAsync(mapCredits: false);

        (await Should.ThrowAsync<InvalidOperationException>(() => HeadAsync(Context(app, "ann")))).Message.ShouldStartWith("AIC1403");
    }

    [Fact]
    public async Task Blazor_writes_the_head_as_Razor_does_and_nothing_where_there_is_no_request()
    {
        await using var app = await TestApp.StartAsync();
        var context = Context(app, "ann");

        var html = await RenderAsync<RootPage>(new() { ["Http"] = context });

        html.ShouldBe(await HeadAsync(Context(app, "ann")));
        (await RenderAsync<AiCreditsUi>([])).ShouldBeEmpty();
    }

    private static DefaultHttpContext Context(TestApp app, string user, string pathBase = "")
    {
        var context = new DefaultHttpContext { RequestServices = app.Services };
        context.Request.PathBase = pathBase;
        context.User = new(new System.Security.Claims.ClaimsIdentity([new(System.Security.Claims.ClaimTypes.NameIdentifier, user)], "test"));
        return context;
    }

    private static async Task<string> HeadAsync(HttpContext context, bool state = true)
    {
        var helper = new AiCreditsUiTagHelper { State = state, ViewContext = new ViewContext { HttpContext = context } };
        var output = new TagHelperOutput("aicredits-ui", [], (_, _) => Task.FromResult<TagHelperContent>(new DefaultTagHelperContent()));
        await helper.ProcessAsync(new TagHelperContext([], new Dictionary<object, object>(), "id"), output);
        return Html(output);
    }

    private static string Render(TagHelper helper)
    {
        var output = new TagHelperOutput("x", [], (_, _) => Task.FromResult<TagHelperContent>(new DefaultTagHelperContent()));
        helper.Process(new TagHelperContext([], new Dictionary<object, object>(), "id"), output);
        return Html(output);
    }

    private static string Html(TagHelperOutput output)
    {
        using var writer = new StringWriter();
        output.WriteTo(writer, HtmlEncoder.Default);
        return writer.ToString();
    }

    private static async Task<string> RenderAsync<TComponent>(Dictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }

    // The two write quotes in attributes with different, equal references.
    private static string Plain(string html) => html.Replace("&#x22;", "&quot;", StringComparison.Ordinal).Replace("=\"\"", "", StringComparison.Ordinal);

    [GeneratedRegex("<script type=\"application/json\" data-aicredits>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex State();

    private sealed class RootPage : ComponentBase
    {
        [Parameter]
        public HttpContext Http { get; set; } = null!;

        protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder)
        {
            builder.OpenComponent<CascadingValue<HttpContext>>(0);
            builder.AddComponentParameter(1, "Value", Http);
            builder.AddComponentParameter(2, "ChildContent", (RenderFragment)(child =>
            {
                child.OpenComponent<AiCreditsUi>(0);
                child.CloseComponent();
            }));
            builder.CloseComponent();
        }
    }
}
