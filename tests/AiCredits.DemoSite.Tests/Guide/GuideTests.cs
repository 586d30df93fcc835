using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AiCredits.DemoSite.Pages;
using Microsoft.Playwright;

namespace AiCredits.DemoSite.Guide;

/// <summary>What the API guide shows is what happens: its answers are the site's own, its JavaScript and its curl lines run. (Its C# is compiled with that of all documentation.)</summary>
public sealed class GuideTests(Chromium chromium, SharedDemoServer site)
{
    public static TheoryData<string> Calls() => [.. GuideStep.All.Where(step => step.Request is not null).Select(step => step.Id)];

    [Fact]
    public void Each_call_has_an_answer_and_code_in_three_languages()
    {
        GuideStep.All.Count.ShouldBeGreaterThan(10);
        GuideStep.All.Select(step => step.Id).ShouldBeUnique();
        foreach (var step in GuideStep.All)
        {
            step.Title.ShouldNotBeEmpty(step.Id);
            step.Text.ShouldNotBeEmpty(step.Id);
            (step.Request is null).ShouldBe(step.Answer is null, step.Id);
            step.Code.Select(code => code.Language).ShouldBe(step.Request is null ? ["csharp"] : ["csharp", "js", "sh"], step.Id);
        }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_step_does_what_it_shows(string id)
    {
        var step = GuideStep.All.Single(step => step.Id == id);
        using var visitor = await PrepareAsync(id);

        await RunAsync(step, visitor);
        await RunCurlAsync(step, visitor);
        await RunJavaScriptAsync(step, visitor);
    }

    [Fact]
    public async Task The_page_sends_what_the_visitor_wrote_and_shows_the_answer()
    {
        using var user = await PrepareAsync("generate");
        await using var visit = await DemoVisit.OpenAsync(chromium, site, "/credits-demo/api#generate", visitor: user);
        var step = visit.Find("#generate");

        await step.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        var answer = step.Locator("[data-answer]");
        await Assertions.Expect(answer).ToContainTextAsync("HTTP 200");
        await Assertions.Expect(answer).ToContainTextAsync("Credits-Remaining: 49");
        await visit.ExpectBalanceAsync(49);

        await step.Locator("textarea").FillAsync("""{"prompt":"<img src=x onerror=alert(1)>","aiModel":""");
        await step.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Assertions.Expect(answer).ToContainTextAsync("HTTP 400");

        // One language everywhere, and it is remembered.
        await step.GetByLabel("JavaScript", new() { Exact = true }).CheckAsync();
        await visit.LoadAsync("/credits-demo/api");
        await Assertions.Expect(visit.Find("#models [data-language=js]")).ToBeVisibleAsync();
        await Assertions.Expect(visit.Find("#models [data-language=csharp]")).ToBeHiddenAsync();
        visit.Complaints.ShouldBeEmpty();
    }

    private async Task<Visitor> PrepareAsync(string id)
    {
        var visitor = site.NewVisitor();
        switch (id)
        {
            case "sign-up":
                break;
            case "guest-limit":
                for (var use = 0; use < 3; use++)
                {
                    (await visitor.GenerateAsync("nano-banana")).Status.ShouldBe(HttpStatusCode.OK);
                }

                break;
            case "too-little":
                await visitor.SignUpAsync();
                await visitor.CreditsAsync();
                (await visitor.PostAsync("/api/lab/spend-down", new { leave = 1 })).Status.ShouldBe(HttpStatusCode.OK);
                break;
            case "generations":
                await visitor.SignUpAsync();
                (await visitor.GenerateAsync("flux-dev")).Status.ShouldBe(HttpStatusCode.OK);
                break;
            default:
                await visitor.SignUpAsync();
                await visitor.CreditsAsync();
                break;
        }

        return visitor;
    }

    // Everybody in the guide is Ann.
    private static string Own(string text) => text.Replace("ann@", $"{Guid.NewGuid():n}@", StringComparison.Ordinal);

    private static async Task RunAsync(GuideStep step, Visitor visitor)
    {
        var answer = await visitor.SendAsync(step.Request!.Method, step.Request.Path, step.Request.Body is { } body ? Own(body) : null, step.Request.Headers);

        ((int)answer.Status).ShouldBe(step.Answer!.Status, answer.Text);
        foreach (var name in step.Answer.Headers.Keys.Where(name => name != "Content-Type"))
        {
            answer.Header(name).ShouldNotBeNull(name);
        }

        if (step.Answer.Headers.TryGetValue("Content-Type", out var type))
        {
            answer.ContentType.ShouldBe(type);
        }

        if (step.Answer.Body is { } shown)
        {
            Shape(answer.Json).Order().ShouldBe(Shape(JsonNode.Parse(shown)!).Order(), answer.Text);
        }
    }

    /// <summary>Runs the lines as a person would, in a folder with the cookies of that person.</summary>
    private async Task RunCurlAsync(GuideStep step, Visitor visitor)
    {
        var folder = Directory.CreateTempSubdirectory("guide-");
        try
        {
            var jar = visitor.Cookies.GetAllCookies()
                .Select(cookie => $"{(cookie.HttpOnly ? "#HttpOnly_" : "")}{cookie.Domain}\tFALSE\t{cookie.Path}\tFALSE\t0\t{cookie.Name}\t{cookie.Value}");
            await File.WriteAllLinesAsync(Path.Combine(folder.FullName, "cookies"), jar);
            var script = Own(step.Code.Single(code => code.Language == "sh").Text).Replace(GuideStep.Origin, site.Address.ToString().TrimEnd('/'), StringComparison.Ordinal);

            var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script]) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();

            process.ExitCode.ShouldBe(0, await errors);
            output.ShouldStartWith(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {step.Answer!.Status} "), customMessage: output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs the code as a module of the page, under the page's own policy, and reads what it logs.</summary>
    private async Task RunJavaScriptAsync(GuideStep step, Visitor visitor)
    {
        var script = Own(step.Code.Single(code => code.Language == "js").Text);
        await using var visit = await DemoVisit.OpenAsync(chromium, site, "/credits-demo", visitor: visitor);
        var logged = new StringBuilder();
        visit.Page.Console += (_, message) =>
        {
            if (message.Type == "log")
            {
                logged.AppendLine(message.Text);
            }
        };
        await visit.Page.RouteAsync("**/snippet.js", route => route.FulfillAsync(new() { ContentType = "text/javascript", Body = script }));

        await visit.Page.EvaluateAsync("import('/snippet.js').then(() => null)");

        await Eventually.Async(() =>
        {
            logged.ToString().Trim().ShouldNotBeEmpty(script);
            return Task.CompletedTask;
        });
        logged.ToString().ShouldNotContain("undefined", Case.Sensitive);
        logged.ToString().ShouldNotContain("null", Case.Sensitive);
        logged.ToString().ShouldNotContain("NaN", Case.Sensitive);
        visit.Complaints.ShouldBeEmpty();
    }

    /// <summary>The names of what is in it, whatever the values: "items[].id".</summary>
    private static IEnumerable<string> Shape(JsonNode? node, string path = "") => node switch
    {
        JsonObject members => members.SelectMany(member => Shape(member.Value, $"{path}.{member.Key}")),
        JsonArray items => items.SelectMany(item => Shape(item, $"{path}[]")).Distinct(),
        _ => [path],
    };
}
