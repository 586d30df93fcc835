using Microsoft.Extensions.Time.Testing;

namespace AiCredits.Conformance;

/// <summary>What the suites of the smaller stores share: a store of the test's own, a second one over the same data, a clock.</summary>
/// <typeparam name="TStore">The contract.</typeparam>
public abstract class StoreSuite<TStore> : IAsyncLifetime
    where TStore : class
{
    private TStore? store;

    /// <summary>The clock to build the store with. Tests don't move it: a store may live by its database's clock.</summary>
    protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>The store under test.</summary>
    protected TStore Store => store ?? throw new InvalidOperationException("The store is made in InitializeAsync.");

    /// <summary>Cancels the test.</summary>
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes an empty store that no other test uses at the same time.</summary>
    protected abstract ValueTask<TStore> CreateAsync();

    /// <summary>Makes a second store over the same data, as another instance of the app would have. The same object where data can't be shared.</summary>
    protected abstract ValueTask<TStore> CreateSecondAsync();

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

    /// <summary>Does the same from two instances at the same moment, <paramref name="count"/> times in all.</summary>
    protected async Task<TResult[]> AtOnceAsync<TResult>(int count, Func<TStore, int, ValueTask<TResult>> act)
    {
        TStore[] instances = [Store, await CreateSecondAsync()];
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tasks = Enumerable.Range(0, count).Select(index => Task.Run(
            async () =>
            {
                await go.Task;
                return await act(instances[index % 2], index);
            },
            Cancel)).ToArray();
        go.SetResult();
        return await Task.WhenAll(tasks);
    }
}
