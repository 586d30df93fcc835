using System.Net;
using System.Text.Json;

namespace AiCredits.DemoSite.Http;

/// <summary>Whatever is wrong with a request is said as a problem, and nothing is charged or kept.</summary>
public sealed class BadInputTests(SharedDemoServer site)
{
    public static TheoryData<string, string, int> BadBodies() => new()
    {
        { "malformed", """{"prompt":"a boat","aiModel":"flux-dev" """, 400 },
        { "nothing", "", 400 },
        { "null", "null", 400 },
        { "an array", "[]", 400 },
        { "a number", "42", 400 },
        { "no prompt", """{"aiModel":"flux-dev"}""", 400 },
        { "a null prompt", """{"prompt":null,"aiModel":"flux-dev"}""", 400 },
        { "an empty prompt", """{"prompt":"","aiModel":"flux-dev"}""", 400 },
        { "a blank prompt", """{"prompt":" \t\n ","aiModel":"flux-dev"}""", 400 },
        { "a prompt that is no text", """{"prompt":{"a":1},"aiModel":"flux-dev"}""", 400 },
        { "a prompt of 2,001 characters", Body(new string('x', 2_001)), 400 },
        { "a prompt of megabytes", Body(new string('x', 3_000_000)), 413 },
        { "no model", """{"prompt":"a boat"}""", 400 },
        { "an unknown model", """{"prompt":"a boat","aiModel":"dall-e"}""", 400 },
        { "a model that is markup", """{"prompt":"a boat","aiModel":"<script>alert(1)</script>"}""", 400 },
        { "no results", """{"prompt":"a boat","aiModel":"flux-dev","count":0}""", 400 },
        { "a negative count", """{"prompt":"a boat","aiModel":"flux-dev","count":-3}""", 400 },
        { "a count beyond the limit", """{"prompt":"a boat","aiModel":"flux-dev","count":5}""", 400 },
        { "a count beyond integers", """{"prompt":"a boat","aiModel":"flux-dev","count":99999999999999999999}""", 400 },
        { "half a result", """{"prompt":"a boat","aiModel":"flux-dev","count":0.5}""", 400 },
        { "an unknown simulation", """{"prompt":"a boat","aiModel":"flux-dev","simulate":"success"}""", 400 },
    };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_bad_body_is_refused_and_free(string what, string body, int status)
    {
        using var user = site.NewVisitor();
        await user.SignUpAsync();

        var answer = await user.PostTextAsync("/api/generate-image", body);

        answer.Status.ShouldBe((HttpStatusCode)status, $"{what}: {answer.Text}");
        answer.ContentType.ShouldBe("application/problem+json");
        ((int)answer.Json["status"]!).ShouldBe(status);
        var credits = (await user.CreditsAsync())["credits"]!;
        ((decimal)credits["balance"]!).ShouldBe(50);
        ((decimal)credits["held"]!).ShouldBe(0);
        ((decimal)credits["lifetimeSpent"]!).ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"prompt":"", "simulate":null}""", 400)]
    [InlineData("""{"prompt":1""", 400)]
    [InlineData("", 400)]
    public async Task A_bad_body_at_the_fixed_price_gives_the_guest_the_use_back(string body, int status)
    {
        using var guest = site.NewVisitor();

        var answer = await guest.PostTextAsync("/api/generate-nano-banana", body);

        answer.Status.ShouldBe((HttpStatusCode)status, answer.Text);
        answer.ContentType.ShouldBe("application/problem+json");
        (await guest.GuestRemainingAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task A_megabytes_prompt_at_the_fixed_price_is_too_large_and_free()
    {
        using var user = site.NewVisitor();
        await user.SignUpAsync();

        (await user.PostTextAsync("/api/generate-nano-banana", Body(new string('x', 3_000_000)))).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        (await user.BalanceAsync()).ShouldBe(50);
    }

    [Fact]
    public async Task An_unknown_model_is_answered_with_those_there_are()
    {
        using var guest = site.NewVisitor();

        var problem = (await guest.GenerateAsync("dall-e")).ShouldBeProblem(HttpStatusCode.BadRequest, "/unknown-model");

        problem["allowedModels"]!.AsArray().Select(model => (string)model!).ShouldContain("nano-banana-pro");
        (await guest.GuestRemainingAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task A_body_that_is_no_json_is_refused()
    {
        using var guest = site.NewVisitor();

        (await guest.PostTextAsync("/api/generate-image", "prompt=a+boat", "application/x-www-form-urlencoded")).Status.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Two_thousand_characters_that_all_need_escapes_are_fine()
    {
        using var guest = site.NewVisitor();

        (await guest.GenerateAsync("nano-banana", prompt: new string('\u20ac', 2_000))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("aicredits.guest")]
    [InlineData(".AspNetCore.Identity.Application")]
    public async Task A_forged_cookie_is_nobody(string name)
    {
        await using var strict = new DemoServer();
        using var guest = strict.NewVisitor();
        (await guest.GenerateAsync("flux-dev")).Status.ShouldBe(HttpStatusCode.OK);
        using var forger = strict.NewVisitor();
        forger.Cookies.Add(strict.Address, new Cookie(name, "CfDJ8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));

        var answer = await forger.GenerateAsync("flux-dev");

        // The network is still known: a new cookie buys nothing.
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        ((int)answer.Json["guestInfo"]!["remaining"]!).ShouldBe(1);
    }

    [Fact]
    public async Task Sign_up_says_what_is_wrong_with_it()
    {
        using var visitor = site.NewVisitor();
        await visitor.SignUpAsync();

        (await visitor.PostAsync("/account/register", new { email = visitor.Email, password = Visitor.Password })).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await visitor.PostAsync("/account/register", new { email = "new@example.com", password = "short" })).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await visitor.PostAsync("/account/login?useCookies=true", new { email = visitor.Email, password = "wrong password" })).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await visitor.PostTextAsync("/account/register", "{")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static string Body(string prompt) => JsonSerializer.Serialize(new { prompt, aiModel = "flux-dev" });
}
