using System.Net;
using System.Net.Http.Json;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Prices that depend on what the request names, on minimal APIs and on MVC actions.</summary>
public sealed class BoundPriceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Places => ["/minimal", "/group/x", "/mvc/bound"];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task The_model_and_count_of_the_request_are_charged_and_its_prompt_is_kept(string place)
    {
        await using var app = await StartAsync();

        using var response = await PostAsync(app, place, new { prompt = "a cat", aiModel = "nano-banana-pro", count = 3 });

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        RefusalTests.One(response, "Credits-Charged").ShouldBe("6");
        RefusalTests.One(response, "Credits-Remaining").ShouldBe("44");
        var generation = await OutcomeTests.LastAsync(app);
        (generation.Start.Model, generation.Start.Count, generation.Start.Prompt).ShouldBe(("nano-banana-pro", 3, "a cat"));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_missing_count_is_one(string place)
    {
        await using var app = await StartAsync();

        using var response = await PostAsync(app, place, new { aiModel = "nano-banana" });

        RefusalTests.One(response, "Credits-Charged").ShouldBe("0.5");
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task An_unknown_model_is_400_naming_the_allowed_ones(string place)
    {
        await using var app = await StartAsync();

        using var response = await PostAsync(app, place, new { aiModel = "dall-e" });

        var problem = await TestApp.ReadAsync(response, 400);
        problem.GetProperty("type").GetString().ShouldBe("https://aicredits.dev/problems/unknown-model");
        problem.GetProperty("allowedModels").EnumerateArray().Select(model => model.GetString()).ShouldContain("flux-dev");
        await NothingHappenedAsync(app);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_missing_model_is_400(string place)
    {
        await using var app = await StartAsync();

        using var response = await PostAsync(app, place, new { prompt = "a cat" });

        (await TestApp.ReadAsync(response, 400)).GetProperty("detail").GetString().ShouldBe("The request names no model. Use one of allowedModels.");
        await NothingHappenedAsync(app);
    }

    [Theory]
    [InlineData("/minimal", 0)]
    [InlineData("/minimal", -1)]
    [InlineData("/minimal", 101)]
    [InlineData("/mvc/bound", 0)]
    [InlineData("/mvc/bound", 101)]
    public async Task A_count_out_of_range_is_400_naming_the_range(string place, int count)
    {
        await using var app = await StartAsync();

        using var response = await PostAsync(app, place, new { aiModel = "flux-dev", count });

        var problem = await TestApp.ReadAsync(response, 400);
        problem.GetProperty("type").GetString().ShouldBe("https://aicredits.dev/problems/invalid-count");
        problem.GetProperty("maximum").GetInt32().ShouldBe(100);
        await NothingHappenedAsync(app);
    }

    [Theory]
    [InlineData("/minimal", "{ broken")]
    [InlineData("/minimal", "")]
    [InlineData("/minimal", "null")]
    [InlineData("/minimal", "{ \"count\": \"three\" }")]
    [InlineData("/optional", "null")]
    [InlineData("/optional", "")]
    [InlineData("/with-query", "{ \"aiModel\": \"flux-dev\" }")]
    [InlineData("/mvc/bound", "{ broken")]
    [InlineData("/mvc/bound", "")]
    [InlineData("/mvc/bound", "null")]
    public async Task A_body_that_cannot_be_read_is_400_and_nothing_is_charged(string place, string body)
    {
        await using var app = await StartAsync();

        using var response = await PostTextAsync(app, place, body);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await NothingHappenedAsync(app);
    }

    [Fact]
    public async Task Too_few_credits_are_402_before_the_handler_runs()
    {
        await using var app = await StartAsync();

        using var response = await PostAsync(app, "/minimal", new { aiModel = "flux-dev", count = 51 });

        (await TestApp.ReadAsync(response, 402)).GetProperty("required").GetRawText().ShouldBe("51");
        await NothingHappenedAsync(app);
    }

    [Fact]
    public async Task A_guest_uses_as_many_generations_as_results()
    {
        await using var app = await StartAsync();

        using var two = await PostAsync(app, "/minimal", new { aiModel = "flux-dev", count = 2 }, user: null);
        using var more = await PostAsync(app, "/minimal", new { aiModel = "flux-dev", count = 2 }, user: null, cookie: RefusalTests.Cookie(two));

        RefusalTests.One(two, "RateLimit").ShouldStartWith("\"guest\";r=1;");
        var problem = await TestApp.ReadAsync(more, 429);
        problem.GetProperty("remaining").GetInt32().ShouldBe(1);
        problem.GetProperty("detail").GetString().ShouldStartWith("1 of 3 free generations are left.");
    }

    [Fact]
    public async Task The_nearest_price_counts_and_only_once()
    {
        await using var app = await StartAsync();

        using var own = await PostAsync(app, "/group/own", new { aiModel = "flux-dev", count = 5 });
        using var attribute = await PostAsync(app, "/group/attribute", new { aiModel = "flux-dev", count = 5 });
        using var twice = await PostAsync(app, "/group/twice", new { aiModel = "flux-dev", count = 5 });
        using var action = await PostAsync(app, "/mvc-all/own", new { });
        using var controller = await PostAsync(app, "/mvc-all/inherited", new { });

        RefusalTests.One(own, "Credits-Charged").ShouldBe("2");
        RefusalTests.One(attribute, "Credits-Charged").ShouldBe("0.5");
        RefusalTests.One(twice, "Credits-Charged").ShouldBe("5");
        RefusalTests.One(action, "Credits-Charged").ShouldBe("0.5");
        RefusalTests.One(controller, "Credits-Charged").ShouldBe("2");
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(40);
    }

    [Fact]
    public async Task Actions_are_charged_as_endpoints_are()
    {
        await using var app = await StartAsync();

        using var paid = await PostAsync(app, "/mvc/fixed", new { });
        using var free = await PostAsync(app, "/mvc/free", new { });
        using var argument = await PostAsync(app, "/mvc/argument/nano-banana?count=3", new { });
        using var counted = await PostAsync(app, "/mvc/counted?count=4", new { });
        using var unknown = await PostAsync(app, "/mvc/argument/dall-e", new { });

        RefusalTests.One(paid, "Credits-Charged").ShouldBe("1");
        free.Headers.Contains("Credits-Charged").ShouldBeFalse();
        RefusalTests.One(argument, "Credits-Charged").ShouldBe("1.5");
        RefusalTests.One(counted, "Credits-Charged").ShouldBe("2");
        (await TestApp.ReadAsync(unknown, 400)).GetProperty("type").GetString()!.ShouldEndWith("/unknown-model");
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(45.5m);
    }

    [Fact]
    public async Task A_validation_filter_that_refuses_costs_nothing()
    {
        await using var app = await StartAsync();

        using var response = await PostAsync(app, "/validated", new { aiModel = "flux-dev" });

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(50);
    }

    [Fact]
    public async Task All_controllers_may_be_paid_by_what_requests_name()
    {
        await using var app = await TestApp.StartAsync(
            services: services => MvcParts.Add(services, typeof(NamingController)),
            map: web => web.MapControllers().RequireCredits<ImageRequest>(request => request.AiModel, request => request.Count));

        using var named = await PostAsync(app, "/naming/named", new { aiModel = "nano-banana-pro", count = 2 });
        using var own = await PostAsync(app, "/naming/own", new { });
        using var refused = await PostAsync(app, "/naming/named", new { aiModel = "dall-e" });
        using var invalid = await PostTextAsync(app, "/naming/named", "{ broken");

        RefusalTests.One(named, "Credits-Charged").ShouldBe("4");
        RefusalTests.One(own, "Credits-Charged").ShouldBe("0.5");
        (await TestApp.ReadAsync(refused, 400)).GetProperty("type").GetString()!.ShouldEndWith("/unknown-model");
        invalid.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(45.5m);
    }

    private static Task<TestApp> StartAsync() => TestApp.StartAsync(
        services: services => MvcParts.Add(services, typeof(PaidController), typeof(WhollyPaidController)),
        map: app =>
        {
            app.MapPost("/minimal", (ImageRequest request, IServiceProvider services) => request).RequireCredits<ImageRequest>(request => request.AiModel, request => request.Count, request => request.Prompt);
            app.MapPost("/optional", (ImageRequest? request) => request).RequireCredits<ImageRequest>(request => request.AiModel);
            app.MapPost("/with-query", (ImageRequest request, [FromQuery] int id) => request).RequireCredits<ImageRequest>(request => request.AiModel);
            app.MapPost("/validated", (ImageRequest request) => request)
                .RequireCredits<ImageRequest>(request => request.AiModel)
                .AddEndpointFilter((context, next) => new ValueTask<object?>(Results.BadRequest()));
            var group = app.MapGroup("/group").RequireCredits<ImageRequest>(request => request.AiModel, request => request.Count, request => request.Prompt);
            group.MapPost("/x", (ImageRequest request) => request);
            group.MapPost("/own", (ImageRequest request) => request).RequireCredits("nano-banana-pro");
            group.MapPost("/attribute", [RequiresCredits("nano-banana")] (ImageRequest request) => request);
            group.MapPost("/twice", (ImageRequest request) => request).RequireCredits<ImageRequest>(request => request.AiModel, request => request.Count);
            app.MapControllers();
        });

    private static async Task NothingHappenedAsync(TestApp app)
    {
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(50);
        (await app.Store.GetGenerationsAsync(new GenerationQuery(new AccountId("ann")), Stop)).ShouldBeEmpty();
    }

    private static Task<HttpResponseMessage> PostAsync(TestApp app, string path, object body, string? user = "ann", string? cookie = null) =>
        SendAsync(app, path, JsonContent.Create(body), user, cookie);

    private static Task<HttpResponseMessage> PostTextAsync(TestApp app, string path, string body) =>
        SendAsync(app, path, new StringContent(body, System.Text.Encoding.UTF8, "application/json"), "ann", null);

    private static async Task<HttpResponseMessage> SendAsync(TestApp app, string path, HttpContent content, string? user, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (user is not null)
        {
            request.Headers.Add("X-User", user);
        }

        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return await app.Client.SendAsync(request, Stop);
    }
}
