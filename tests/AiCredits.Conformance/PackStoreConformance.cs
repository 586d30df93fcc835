using AiCredits.Packs;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.Conformance;

/// <summary>
/// What every <see cref="IPackStore"/> must do. Derive one class per store, give it an empty one, and name the store with
/// <see cref="ProvesAttribute"/>.
/// </summary>
public abstract class PackStoreConformance : IAsyncLifetime
{
    private static readonly StoredPack Creator = new()
    {
        Id = "creator",
        Name = "Creator \"ä\"",
        Price = 14.99m,
        Currency = "USD",
        Credits = 110.5m,
        BonusCredits = 10,
        BestValue = true,
        ChangedBy = "admin",
        Reason = "new",
        ChangedAt = new DateTime(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc),
    };

    private IPackStore? store;

    /// <summary>The clock to build the store with, where it takes one.</summary>
    protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>The store under test.</summary>
    protected IPackStore Store => store ?? throw new InvalidOperationException("The store is made in InitializeAsync.");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes a store with nothing in it that no other test uses at the same time.</summary>
    protected abstract ValueTask<IPackStore> CreateAsync();

    /// <summary>Gives up what <see cref="CreateAsync"/> made.</summary>
    protected virtual ValueTask CleanUpAsync() => default;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        store = await CreateAsync();
        ProvesAttribute.Ensure(GetType(), store);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Packs_are_kept_once_by_id_and_changed_by_version()
    {
        (await Store.ListAsync(Cancel)).ShouldBeEmpty();
        (await Store.AddAsync(Creator, Cancel)).ShouldBeTrue();
        (await Store.AddAsync(Creator with { Price = 1 }, Cancel)).ShouldBeFalse();
        (await Store.AddAsync(Creator with { Id = "Creator" }, Cancel)).ShouldBeTrue();
        (await Store.ListAsync(Cancel)).ShouldBe([Creator, Creator with { Id = "Creator" }], ignoreOrder: true);

        var retired = Creator with { Retired = true, ChangedBy = null, Reason = null, Version = 2 };
        (await Store.UpdateAsync(retired with { Version = 3 }, Cancel)).ShouldBeFalse();
        (await Store.UpdateAsync(retired with { Id = "none" }, Cancel)).ShouldBeFalse();
        (await Store.UpdateAsync(retired, Cancel)).ShouldBeTrue();
        (await Store.UpdateAsync(retired, Cancel)).ShouldBeFalse();
        (await Store.ListAsync(Cancel)).ShouldContain(retired);
    }

    [Fact]
    public async Task Of_many_at_once_one_adds_and_one_changes()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(index => Task.Run(async () => await Store.AddAsync(Creator with { Price = index + 1 }, Cancel), Cancel)));
        added.Count(one => one).ShouldBe(1);
        var changed = await Task.WhenAll(Enumerable.Range(0, 8).Select(index => Task.Run(async () => await Store.UpdateAsync(Creator with { Price = index + 1, Version = 2 }, Cancel), Cancel)));
        changed.Count(one => one).ShouldBe(1);
        (await Store.ListAsync(Cancel)).ShouldHaveSingleItem().Price.ShouldBe(Array.IndexOf(changed, true) + 1);
    }
}
