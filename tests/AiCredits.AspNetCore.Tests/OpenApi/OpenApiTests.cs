using System.Text.Json;
using AiCredits.AspNetCore.Enforcement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.OpenApi;

public sealed class OpenApiTests
{
    private static readonly string[] Refusals = ["400", "401", "402", "429", "503"];

    [Theory]
    [InlineData("/attribute", "get")]
    [InlineData("/fluent", "post")]
    [InlineData("/group/child", "post")]
    [InlineData("/bound", "post")]
    [InlineData("/paid-actions/fixed", "post")]
    [InlineData("/paid-actions/bound", "post")]
    public async Task Every_form_of_a_paid_endpoint_shows_its_refusals(string path, string method)
    {
        var document = await DocumentAsync();

        var responses = document.GetProperty("paths").GetProperty(path).GetProperty(method).GetProperty("responses");

        responses.EnumerateObject().Select(response => response.Name).Where(status => status != "200").ShouldBe(Refusals, ignoreOrder: true);
        foreach (var status in Refusals)
        {
            var content = responses.GetProperty(status).GetProperty("content").EnumerateObject().ShouldHaveSingleItem();
            content.Name.ShouldBe("application/problem+json");
            content.Value.GetProperty("schema").GetProperty("$ref").GetString().ShouldBe("#/components/schemas/ProblemDetails");
        }
    }

    [Fact]
    public async Task An_endpoint_without_guests_has_no_guest_limit()
    {
        var responses = (await DocumentAsync()).GetProperty("paths").GetProperty("/users-only").GetProperty("post").GetProperty("responses");

        responses.TryGetProperty("402", out _).ShouldBeTrue();
        responses.TryGetProperty("429", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task What_the_app_says_of_its_own_endpoint_stays()
    {
        var responses = (await DocumentAsync()).GetProperty("paths").GetProperty("/described").GetProperty("post").GetProperty("responses");

        responses.GetProperty("402").GetProperty("content").TryGetProperty("text/plain", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task An_endpoint_that_is_free_shows_none()
    {
        var responses = (await DocumentAsync()).GetProperty("paths").GetProperty("/free").GetProperty("get").GetProperty("responses");

        responses.EnumerateObject().Select(response => response.Name).ShouldBe(["200"]);
    }

    [Theory]
    [InlineData("/api/credits", "200", "503")]
    [InlineData("/api/credits/transactions", "200", "400", "401", "503")]
    [InlineData("/api/credits/generations", "200", "400", "401", "503")]
    [InlineData("/api/credits/generations/{id}", "200", "401", "404", "503")]
    [InlineData("/api/credit-packs", "200")]
    [InlineData("/api/credit-models", "200", "503")]
    [InlineData("/api/credits/claim", "200", "401", "429", "503")]
    public async Task The_endpoints_show_what_they_answer(string path, params string[] statuses)
    {
        var operation = (await DocumentAsync()).GetProperty("paths").GetProperty(path).EnumerateObject().ShouldHaveSingleItem().Value;

        operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).ShouldBe(statuses, ignoreOrder: true);
        operation.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()).ShouldBe(["Credits"]);
        operation.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Amounts_are_numbers_and_times_are_times()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");

        foreach (var name in new[] { "balance", "held", "welcome", "purchased", "lifetimeEarned", "lifetimeSpent" })
        {
            Property("CreditFigures", name).GetProperty("type").GetString().ShouldBe("number", name);
        }

        Property("Transaction", "amount").GetProperty("type").GetString().ShouldBe("number");
        Property("Transaction", "createdAt").GetProperty("format").GetString().ShouldBe("date-time");
        Property("PackItem", "price").GetProperty("type").GetString().ShouldBe("number");
        Property("PackItem", "savingsPercent").GetProperty("type").GetString().ShouldBe("integer");
        Property("ModelItem", "credits").GetProperty("type").GetString().ShouldBe("number");
        Property("ModelItem", "runsLeft").GetProperty("type").GetString().ShouldBe("integer");
        Property("GenerationItem", "charged").GetProperty("type").GetString().ShouldBe("number");
        Property("GuestInfo", "remaining").GetProperty("type").GetString().ShouldBe("integer");

        JsonElement Property(string schema, string property) => schemas.GetProperty(schema).GetProperty("properties").GetProperty(property);
    }

    [Fact]
    public async Task The_history_tells_its_parameters_and_that_it_comes_as_csv_too()
    {
        var operation = (await DocumentAsync()).GetProperty("paths").GetProperty("/api/credits/transactions").GetProperty("get");

        var parameters = operation.GetProperty("parameters").EnumerateArray().ToArray();
        parameters.Select(parameter => parameter.GetProperty("name").GetString()!.ToLowerInvariant()).ShouldBe(["limit", "cursor", "kind", "from", "to", "format"], ignoreOrder: true);
        parameters.ShouldAllBe(parameter => parameter.GetProperty("description").GetString()!.Length > 10);
        operation.GetProperty("responses").GetProperty("200").GetProperty("content").EnumerateObject().Select(content => content.Name).ShouldBe(["application/json", "text/csv"], ignoreOrder: true);
    }

    private static async Task<JsonElement> DocumentAsync()
    {
        await using var app = await TestApp.StartAsync(
            services: services =>
            {
                services.AddOpenApi();
                MvcParts.Add(services, typeof(PaidActionsController));
            },
            map: web =>
            {
                web.MapGet("/attribute", [RequiresCredits("flux-dev")] () => "done");
                web.MapPost("/fluent", () => "done").RequireCredits("flux-dev");
                web.MapGroup("/group").RequireCredits("flux-dev").MapPost("/child", () => "done");
                web.MapPost("/bound", (PaidRequest request) => request.Model).RequireCredits<PaidRequest>(request => request.Model);
                web.MapPost("/users-only", () => "done").RequireCredits("flux-dev", configure: options => options.AllowGuests = false);
                web.MapPost("/described", () => "done").RequireCredits("flux-dev").Produces<string>(402, "text/plain");
                web.MapGet("/free", () => "done");
                web.MapControllers();
                web.MapOpenApi();
            });
        return await app.JsonAsync("/openapi/v1.json");
    }

    internal sealed record PaidRequest(string Model);
}

[ApiController]
[Route("paid-actions")]
public sealed class PaidActionsController : ControllerBase
{
    [HttpPost("fixed")]
    [RequiresCredits("flux-dev")]
    public ActionResult<string> Fixed() => "done";

    [HttpPost("bound")]
    [RequiresCredits(ModelFrom = "model")]
    public ActionResult<string> Bound(string model) => model;
}
