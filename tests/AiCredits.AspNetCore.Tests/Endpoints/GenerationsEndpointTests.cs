using System.Text.Json;
using AiCredits.Ledger;

namespace AiCredits.AspNetCore.Endpoints;

public sealed class GenerationsEndpointTests
{
    private const string Path = "/api/credits/generations";

    [Fact]
    public async Task A_generation_tells_its_owner_what_became_of_it()
    {
        await using var app = await TestApp.StartAsync();
        var ticket = await app.GenerateAsync("ann", "nano-banana", prompt: "a red fox");

        using var response = await app.GetAsync($"{Path}/{ticket.Id}", "ann");

        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(
            $$"""{"id":"{{ticket.Id}}","status":"succeeded","outcome":"succeeded","model":"nano-banana","count":1,"prompt":"a red fox","price":0.5,"charged":0.5,"startedAt":"2026-11-01T12:00:00Z","endedAt":"2026-11-01T12:00:00Z","durationSeconds":0}""");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task A_running_generation_has_no_end()
    {
        await using var app = await TestApp.StartAsync();
        var ticket = await app.GenerateAsync("ann", outcome: null);

        var generation = await app.JsonAsync($"{Path}/{ticket.Id}", "ann");

        generation.GetProperty("status").GetString().ShouldBe("running");
        generation.GetProperty("outcome").ValueKind.ShouldBe(JsonValueKind.Null);
        generation.GetProperty("endedAt").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Pages_cover_all_generations_once_newest_first()
    {
        await using var app = await TestApp.StartAsync();
        var made = new List<string>();
        for (var run = 0; run < 5; run++)
        {
            made.Add((await app.GenerateAsync("ann", outcome: run % 2 == 0 ? GenerationOutcome.Succeeded : GenerationOutcome.Failed)).Id.ToString());
            app.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var first = await app.JsonAsync($"{Path}?limit=3", "ann");
        var second = await app.JsonAsync($"{Path}?limit=3&cursor={first.GetProperty("nextCursor").GetString()}", "ann");

        Ids(first).Concat(Ids(second)).ShouldBe(Enumerable.Reverse(made));
        second.GetProperty("nextCursor").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task The_generation_of_another_account_is_not_found()
    {
        await using var app = await TestApp.StartAsync();
        var ticket = await app.GenerateAsync("bob");

        var problem = await app.JsonAsync($"{Path}/{ticket.Id}", "ann", status: 404);

        problem.GetProperty("type").GetString().ShouldEndWith("/not-found");
        Ids(await app.JsonAsync(Path, "ann")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("0197f0a0-0000-7000-8000-000000000000")]
    [InlineData("not-an-id")]
    public async Task An_id_that_names_nothing_is_not_found(string id)
    {
        await using var app = await TestApp.StartAsync();

        await app.JsonAsync($"{Path}/{id}", "ann", status: 404);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("cursor=AAAAAAAAAAE", "cursor")]
    [InlineData("cursor=%20", "cursor")]
    public async Task Bad_input_is_named(string query, string parameter)
    {
        await using var app = await TestApp.StartAsync();

        (await app.JsonAsync($"{Path}?{query}", "ann", status: 400)).GetProperty("errors").TryGetProperty(parameter, out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("/0197f0a0-0000-7000-8000-000000000000")]
    public async Task A_guest_is_asked_to_sign_in(string path)
    {
        await using var app = await TestApp.StartAsync();

        (await app.JsonAsync(Path + path, status: 401)).GetProperty("type").GetString().ShouldEndWith("/sign-in-required");
    }

    private static IEnumerable<string?> Ids(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString());
}
