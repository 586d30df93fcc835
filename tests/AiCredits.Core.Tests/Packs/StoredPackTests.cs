using AiCredits.Packs;
using Microsoft.Extensions.Hosting;

namespace AiCredits.Core.Tests.Packs;

public sealed class StoredPackTests : IAsyncDisposable
{
    private readonly CoreApp app = new(build: builder => builder.UseStoredPacks().UseStoredPacks());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private PackEditor Editor => app.Get<PackEditor>();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task An_empty_store_is_filled_from_the_settings_once()
    {
        await StartAsync();
        app.Packs.Packs.Select(pack => pack.Id).ShouldBe(["starter", "creator", "pro", "enterprise"]);
        app.Packs.Packs.Select(pack => pack.SavingsPercent).ShouldBe([0, 32, 50, 61]);
        await Editor.RetireAsync("starter", "admin", "too small", Cancel);

        await StartAsync();

        app.Packs.Packs.Select(pack => pack.Id).ShouldBe(["creator", "pro", "enterprise"]);
        var retired = (await Editor.ListAsync(Cancel)).Single(pack => pack.Id == "starter");
        (retired.Retired, retired.ChangedBy, retired.Reason, retired.Version).ShouldBe((true, "admin", "too small", 2));
    }

    [Fact]
    public async Task Packs_are_added_repriced_and_brought_back()
    {
        await StartAsync();
        var mega = new StoredPack { Id = "mega", Name = "Mega", Price = 199, Currency = "EUR", Credits = 3000 };

        (await Editor.AddAsync(mega, "admin", "asked for", Cancel)).ShouldBeTrue();
        (await Editor.AddAsync(mega, "admin", "again", Cancel)).ShouldBeFalse();
        (await Editor.RepriceAsync("mega", 149, "admin", "sale", Cancel)).ShouldNotBeNull().Price.ShouldBe(149);
        (await Editor.RepriceAsync("none", 149, "admin", "sale", Cancel)).ShouldBeNull();

        var pack = app.Packs.Packs.Single(one => one.Id == "mega");
        (pack.Price, pack.Currency, pack.SavingsPercent).ShouldBe((149, "EUR", 0));
        await Editor.RetireAsync("mega", "admin", "over", Cancel);
        app.Packs.Packs.ShouldNotContain(one => one.Id == "mega");
        await Editor.ChangeAsync("mega", one => one with { Retired = false }, "admin", "back", Cancel);
        app.Packs.Packs.ShouldContain(one => one.Id == "mega");
    }

    [Fact]
    public async Task Changes_elsewhere_are_seen_within_a_minute()
    {
        var catalog = await StartAsync();
        var store = app.Get<IPackStore>();
        await store.AddAsync(new StoredPack { Id = "mega", Name = "Mega", Price = 199, Currency = "USD", Credits = 3000 }, Cancel);

        // The wait of the background loop begins after the start.
        while (app.Packs.Packs.All(pack => pack.Id != "mega"))
        {
            app.Clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        await catalog.StopAsync(Cancel);
    }

    [Theory]
    [InlineData("", "why", 149)]
    [InlineData("admin", " ", 149)]
    [InlineData("admin", "why", 0)]
    [InlineData("admin", "why", -1)]
    [InlineData("admin", "why", 0.0000001)]
    public async Task A_change_that_can_t_be_right_changes_nothing(string actor, string reason, decimal price)
    {
        await StartAsync();

        await Should.ThrowAsync<ArgumentException>(async () => await Editor.RepriceAsync("creator", price, actor, reason, Cancel));

        app.Packs.Packs.Single(pack => pack.Id == "creator").Price.ShouldBe(14.99m);
    }

    [Theory]
    [InlineData("bad id", "USD", 100, 0)]
    [InlineData("id", "usd", 100, 0)]
    [InlineData("id", "USD", 0, 0)]
    [InlineData("id", "USD", 100, 100)]
    [InlineData("id", "USD", 100, -1)]
    public async Task A_pack_that_can_t_be_sold_is_not_added(string id, string currency, int credits, int bonus)
    {
        await StartAsync();

        await Should.ThrowAsync<ArgumentException>(async () => await Editor.AddAsync(new StoredPack { Id = id, Name = "Name", Price = 1, Currency = currency, Credits = credits, BonusCredits = bonus }, "admin", "why", Cancel));
        await Should.ThrowAsync<ArgumentException>(async () => await Editor.ChangeAsync("creator", pack => pack with { Id = "other" }, "admin", "why", Cancel));
    }

    private async Task<StoredPackCatalog> StartAsync()
    {
        var catalog = app.Get<StoredPackCatalog>();
        await ((IHostedService)catalog).StartAsync(Cancel);
        return catalog;
    }
}
