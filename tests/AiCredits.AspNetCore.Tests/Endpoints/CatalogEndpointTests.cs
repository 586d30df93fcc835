using System.Text.Json;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Endpoints;

public sealed class CatalogEndpointTests
{
    [Fact]
    public async Task Packs_are_the_ones_on_offer_cheapest_first()
    {
        await using var app = await TestApp.StartAsync();

        using var response = await app.GetAsync("/api/credit-packs");

        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(
            """[{"id":"starter","name":"Starter","credits":25,"bonusCredits":0,"price":4.99,"currency":"USD","pricePerCredit":0.1996,"savingsPercent":0,"bestValue":false},"""
            + """{"id":"creator","name":"Creator","credits":110,"bonusCredits":10,"price":14.99,"currency":"USD","pricePerCredit":0.136273,"savingsPercent":32,"bestValue":true},"""
            + """{"id":"pro","name":"Pro","credits":300,"bonusCredits":50,"price":29.99,"currency":"USD","pricePerCredit":0.099967,"savingsPercent":50,"bestValue":false},"""
            + """{"id":"enterprise","name":"Enterprise","credits":650,"bonusCredits":150,"price":49.99,"currency":"USD","pricePerCredit":0.076908,"savingsPercent":61,"bestValue":false}]""");
    }

    [Fact]
    public async Task Models_tell_a_user_what_the_balance_can_run()
    {
        await using var app = await TestApp.StartAsync(options => options.WelcomeCredits = 9.5m);

        using var response = await app.GetAsync("/api/credit-models", "ann");

        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(
            """[{"id":"nano-banana","name":"Nano Banana","bestFor":"budget option","credits":0.5,"affordable":true,"runsLeft":19,"recommended":false},"""
            + """{"id":"flux-dev","name":"Flux Dev","bestFor":"standard quality","credits":1,"affordable":true,"runsLeft":9,"recommended":true},"""
            + """{"id":"gemini-flash","name":"Gemini Flash","bestFor":"Google AI","credits":1,"affordable":true,"runsLeft":9,"recommended":false},"""
            + """{"id":"lora-context","name":"LORA Context","bestFor":"storytelling","credits":1,"affordable":true,"runsLeft":9,"recommended":false},"""
            + """{"id":"lora-normal","name":"LORA Normal","bestFor":"artistic detail","credits":1,"affordable":true,"runsLeft":9,"recommended":false},"""
            + """{"id":"nano-banana-pro","name":"Nano Banana Pro","bestFor":"premium quality","credits":2,"affordable":true,"runsLeft":4,"recommended":false}]""");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Theory]
    [InlineData(50, "nano-banana-pro")]
    [InlineData(10, "nano-banana-pro")]
    [InlineData(9.999999, "flux-dev")]
    [InlineData(4.5, "nano-banana")]
    [InlineData(2.4, "nano-banana-pro")]
    [InlineData(1.5, "flux-dev")]
    [InlineData(0.5, "nano-banana")]
    [InlineData(0.4, "nano-banana")]
    [InlineData(0, "nano-banana")]
    public async Task One_model_is_recommended_by_the_balance(decimal balance, string model)
    {
        await using var app = await TestApp.StartAsync(options => options.WelcomeCredits = balance);

        Recommended(await app.JsonAsync("/api/credit-models", "ann")).ShouldBe([model]);
    }

    [Fact]
    public async Task Credits_for_some_models_only_don_t_count_for_others()
    {
        await using var app = await TestApp.StartAsync(options => options.WelcomeCredits = 0);
        await app.GrantAsync("ann", 4, GrantKind.Promotion, models: "gemini-flash");
        await app.GrantAsync("ann", 1);

        var runs = (await app.JsonAsync("/api/credit-models", "ann")).EnumerateArray().ToDictionary(model => model.GetProperty("id").GetString()!, model => model.GetProperty("runsLeft").GetInt64());

        runs["gemini-flash"].ShouldBe(5);
        runs["flux-dev"].ShouldBe(1);
        runs["nano-banana-pro"].ShouldBe(0);
    }

    [Fact]
    public async Task A_guest_can_run_every_model_as_often_as_there_are_free_generations()
    {
        await using var app = await TestApp.StartAsync(map: MapGuestGeneration);
        await app.GetAsync("/generate");

        var models = (await app.JsonAsync("/api/credit-models")).EnumerateArray().ToArray();

        models.ShouldAllBe(model => model.GetProperty("runsLeft").GetInt64() == 2 && model.GetProperty("affordable").GetBoolean());
    }

    [Fact]
    public async Task A_guest_without_free_generations_can_run_none()
    {
        await using var app = await TestApp.StartAsync(options => options.Guests.Limit = 1, map: MapGuestGeneration);
        await app.GetAsync("/generate");

        var models = await app.JsonAsync("/api/credit-models");

        models.EnumerateArray().ShouldAllBe(model => model.GetProperty("runsLeft").GetInt64() == 0 && !model.GetProperty("affordable").GetBoolean());
        Recommended(models).ShouldBe(["nano-banana"]);
    }

    [Fact]
    public async Task Guest_info_counts_what_was_used_and_says_when_it_resets()
    {
        await using var app = await TestApp.StartAsync(map: MapGuestGeneration);
        await app.GetAsync("/generate");
        app.Clock.Advance(TimeSpan.FromHours(1));

        var info = (await app.JsonAsync("/api/credits")).GetProperty("guestInfo");

        info.GetRawText().ShouldBe("""{"limit":3,"used":1,"remaining":2,"resetsAt":"2026-11-02T12:00:00Z","windowHours":24}""");
    }

    [Theory]
    [InlineData("/api/credits")]
    [InlineData("/api/credits/transactions")]
    [InlineData("/api/credits/transactions?format=csv")]
    [InlineData("/api/credits/generations")]
    [InlineData("/api/credits/generations/0197f0a0-0000-7000-8000-000000000000")]
    [InlineData("/api/credit-models")]
    public async Task A_ledger_that_can_t_be_reached_is_a_503_with_a_time_to_try_again(string path)
    {
        await using var app = await TestApp.StartAsync(services: services => services.AddSingleton<ICreditStore>(new UnreachableStore()));

        using var response = await app.GetAsync(path, "ann");

        (await TestApp.ReadAsync(response, 503)).GetProperty("type").GetString().ShouldEndWith("/ledger-unavailable");
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task The_prefix_and_the_policies_are_the_app_s()
    {
        await using var app = await TestApp.StartAsync(
            mapCredits: false,
            map: web => web.MapAiCredits("/v1/me").AddEndpointFilter((context, next) =>
            {
                context.HttpContext.Response.Headers["X-Policy"] = "seen";
                return next(context);
            }));

        using var response = await app.GetAsync("/v1/me/credits", "ann");

        response.IsSuccessStatusCode.ShouldBeTrue();
        response.Headers.GetValues("X-Policy").ShouldBe(["seen"]);
        ((int)(await app.GetAsync("/api/credits", "ann")).StatusCode).ShouldBe(404);
    }

    [Fact]
    public void Mapping_without_services_says_what_to_call()
    {
        var app = WebApplication.CreateBuilder().Build();

        Should.Throw<InvalidOperationException>(() => app.MapAiCredits()).Message.ShouldBe(
            "AIC1400: app.MapAiCredits() was called without its services. Call builder.Services.AddAiCredits() first.");
    }

    private static IEnumerable<string?> Recommended(JsonElement models) =>
        models.EnumerateArray().Where(model => model.GetProperty("recommended").GetBoolean()).Select(model => model.GetProperty("id").GetString());

    private static void MapGuestGeneration(WebApplication app) => app.MapGet("/generate", () => Results.Ok()).RequireCredits("flux-dev");

    private sealed class UnreachableStore : ICreditStore
    {
        private static LedgerUnavailableException Down => new("The database is down.") { RetryAfter = TimeSpan.FromSeconds(7) };

        public ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command, CancellationToken cancellationToken = default)
            where TResult : LedgerResult => throw Down;

        public ValueTask<AccountOverview> GetAccountAsync(AccountId account, CancellationToken cancellationToken = default) => throw Down;

        public ValueTask<IReadOnlyList<Entry>> GetEntriesAsync(EntryQuery query, CancellationToken cancellationToken = default) => throw Down;

        public ValueTask<Generation?> FindGenerationAsync(AccountId account, Guid generationId, CancellationToken cancellationToken = default) => throw Down;

        public ValueTask<IReadOnlyList<Generation>> GetGenerationsAsync(GenerationQuery query, CancellationToken cancellationToken = default) => throw Down;

        public ValueTask<int> SettleDueAsync(int maxAccounts, CancellationToken cancellationToken = default) => throw Down;

        public ValueTask<int> ForgetPromptsAsync(int max, CancellationToken cancellationToken = default) => throw Down;

        public ValueTask CheckAsync(CancellationToken cancellationToken = default) => throw Down;
    }
}
