using AiCredits.Guests;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Endpoints;

public sealed class ClaimEndpointTests
{
    private const string Path = "/api/credits/claim";

    [Fact]
    public async Task A_user_takes_over_what_was_generated_as_a_guest()
    {
        await using var app = await StartAsync();
        var cookie = await GenerateAsGuestAsync(app);

        using var response = await app.SendAsync(HttpMethod.Post, Path, "ann", cookie: cookie);

        (await TestApp.ReadAsync(response)).GetRawText().ShouldBe("""{"claimed":true}""");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        response.Headers.GetValues("Set-Cookie").Count().ShouldBe(1);
        var item = (await app.JsonAsync("/api/credits/generations", "ann")).GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        (await app.JsonAsync($"/api/credits/generations/{item.GetProperty("id").GetString()}", "ann")).GetProperty("model").GetString().ShouldBe("flux-dev");
    }

    [Fact]
    public async Task Claiming_again_changes_nothing_and_says_the_same()
    {
        await using var app = await StartAsync();
        var cookie = await GenerateAsGuestAsync(app);

        for (var time = 0; time < 2; time++)
        {
            using var response = await app.SendAsync(HttpMethod.Post, Path, "ann", cookie: cookie);
            (await TestApp.ReadAsync(response)).GetProperty("claimed").GetBoolean().ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Another_account_gets_nothing_of_a_guest_that_is_claimed()
    {
        await using var app = await StartAsync();
        var cookie = await GenerateAsGuestAsync(app);
        using var first = await app.SendAsync(HttpMethod.Post, Path, "ann", cookie: cookie);

        using var second = await app.SendAsync(HttpMethod.Post, Path, "bob", cookie: cookie);

        (await TestApp.ReadAsync(second)).GetProperty("claimed").GetBoolean().ShouldBeFalse();
        (await app.JsonAsync("/api/credits/generations", "bob")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Without_a_guest_there_is_nothing_to_claim()
    {
        await using var app = await StartAsync();

        using var response = await app.SendAsync(HttpMethod.Post, Path, "ann", cookie: "aicredits.guest=forged");

        (await TestApp.ReadAsync(response)).GetProperty("claimed").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_guest_can_t_claim()
    {
        await using var app = await StartAsync();

        using var response = await app.SendAsync(HttpMethod.Post, Path);

        (await TestApp.ReadAsync(response, 401)).GetProperty("type").GetString().ShouldEndWith("/sign-in-required");
    }

    [Fact]
    public async Task A_claim_that_could_not_be_written_is_a_503_and_not_a_no()
    {
        var guests = new SometimesDown();
        await using var app = await StartAsync(services =>
        {
            var inner = services.Last(service => service.ServiceType == typeof(IGuestLimiter)).ImplementationFactory.ShouldNotBeNull();
            services.AddSingleton<IGuestLimiter>(provider =>
            {
                guests.Inner = (IGuestLimiter)inner(provider);
                return guests;
            });
        });
        var cookie = await GenerateAsGuestAsync(app);
        guests.Down = true;

        using var claim = await app.SendAsync(HttpMethod.Post, Path, "ann", cookie: cookie);
        using var look = await app.SendAsync(HttpMethod.Get, "/api/credits", "ann", cookie: cookie);

        await TestApp.ReadAsync(claim, 503);
        await TestApp.ReadAsync(look);
    }

    private static Task<TestApp> StartAsync(Action<IServiceCollection>? services = null) =>
        TestApp.StartAsync(services: services, map: app => app.MapGet("/generate", () => Results.Ok()).RequireCredits("flux-dev"));

    private static async Task<string> GenerateAsGuestAsync(TestApp app)
    {
        using var response = await app.GetAsync("/generate");
        response.IsSuccessStatusCode.ShouldBeTrue();
        return response.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem().Split(';')[0];
    }

    private sealed class SometimesDown : IGuestLimiter
    {
        public IGuestLimiter Inner { get; set; } = null!;

        public bool Down { get; set; }

        public ValueTask<GuestHoldResult> HoldAsync(GuestHoldRequest request, CancellationToken cancellationToken = default) => Inner.HoldAsync(request, cancellationToken);

        public ValueTask<GuestUsage> SettleAsync(GuestSettleRequest request, CancellationToken cancellationToken = default) => Inner.SettleAsync(request, cancellationToken);

        public ValueTask<GuestUsage> GetUsageAsync(GuestIdentity guest, GuestWindowRule rule, CancellationToken cancellationToken = default) => Inner.GetUsageAsync(guest, rule, cancellationToken);

        public ValueTask<bool> ClaimAsync(string guestId, AccountId account, CancellationToken cancellationToken = default) =>
            Down ? throw new LedgerUnavailableException("The database is down.") : Inner.ClaimAsync(guestId, account, cancellationToken);

        public ValueTask<IReadOnlyList<Generation>> GetGenerationsAsync(string guestId, int limit, CancellationToken cancellationToken = default) => Inner.GetGenerationsAsync(guestId, limit, cancellationToken);

        public ValueTask<ReadOnlyMemory<byte>> GetHashKeyAsync(CancellationToken cancellationToken = default) => Inner.GetHashKeyAsync(cancellationToken);

        public ValueTask<int> CleanUpAsync(GuestWindowRule rule, int max, CancellationToken cancellationToken = default) => Inner.CleanUpAsync(rule, max, cancellationToken);
    }
}
