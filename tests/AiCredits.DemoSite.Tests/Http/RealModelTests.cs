using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AiCredits.DemoSite.Http;

/// <summary>With a key in the configuration the site asks a real model: here a server that speaks the same protocol.</summary>
public sealed class RealModelTests
{
    private const string Pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

    [Fact]
    public async Task A_real_model_is_asked_and_paid_for_only_when_it_delivers()
    {
        JsonNode? asked = null;
        string? key = null;
        await using var provider = await StartProviderAsync(async context =>
        {
            asked = await JsonNode.ParseAsync(context.Request.Body);
            key = context.Request.Headers.Authorization;
            return (string)asked!["prompt"]! == "forbidden"
                ? Results.Json(new { error = new { message = "Your request was rejected.", type = "invalid_request_error" } }, statusCode: 400)
                : Results.Json(new { created = 1, data = new[] { new { b64_json = Pixel } } });
        });
        await using var site = new DemoServer(
            ("Images:OpenAI:ApiKey", "sk-test"),
            ("Images:OpenAI:Endpoint", $"{provider.Urls.Single()}/v1"),
            ("Images:OpenAI:Model", "my-image-model"));
        using var user = site.NewVisitor();
        await user.SignUpAsync();

        var made = await user.GenerateAsync("flux-dev", prompt: "a boat");
        var refused = await user.GenerateAsync("flux-dev", prompt: "forbidden");

        made.Status.ShouldBe(HttpStatusCode.OK, made.Text);
        ((string)made.Json["image"]!).ShouldBe($"data:image/png;base64,{Pixel}");
        refused.ShouldBeProblem(HttpStatusCode.BadGateway, "/generation-failed");
        refused.Text.ShouldNotContain("sk-test");
        key.ShouldBe("Bearer sk-test");
        ((string)asked!["model"]!).ShouldBe("my-image-model");
        (await user.BalanceAsync()).ShouldBe(49);
    }

    private static async Task<WebApplication> StartProviderAsync(Func<HttpContext, Task<IResult>> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/images/generations", answer);
        await app.StartAsync();
        return app;
    }
}
