using AiCredits.Guests;
using AiCredits.Ledger;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.Conformance;

/// <summary>
/// What every <see cref="ICreditStore"/> must do, through its public face. Derive one class per store (and per way of
/// running it), give it an empty store, and name the store with <see cref="ProvesAttribute"/>.
/// </summary>
public abstract partial class CreditStoreConformance : IAsyncLifetime
{
    private ICreditStore? store;
    private IGuestLimiter? guests;

    /// <summary>The clock to build the store with, where the store takes one.</summary>
    protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>The store under test.</summary>
    protected ICreditStore Store => store ?? throw new InvalidOperationException("The store is made in InitializeAsync.");

    /// <summary>The guest limiter that shares the store's data.</summary>
    protected IGuestLimiter Guests => guests ?? throw new InvalidOperationException("The limiter is made in InitializeAsync.");

    /// <summary>True when the store lives by <see cref="Clock"/>; false when the database's own clock rules.</summary>
    protected virtual bool LivesByClock => true;

    /// <summary>A span that tests can wait out and that no test reaches by being slow. A store on a real clock makes it a second or two.</summary>
    protected virtual TimeSpan Span => TimeSpan.FromMinutes(10);

    /// <summary>How many commands the differential test sends.</summary>
    protected virtual int StreamLength => 2_000;

    /// <summary>The store's time now (UTC).</summary>
    protected virtual DateTime Now => UtcMicroseconds.Now(LivesByClock ? Clock : TimeProvider.System);

    /// <summary>Cancels the test.</summary>
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes a store with nothing in it that no other test uses at the same time.</summary>
    protected abstract ValueTask<ICreditStore> CreateAsync();

    /// <summary>Makes a second store over the same data, as another instance of the app would have. The same object where data can't be shared.</summary>
    protected abstract ValueTask<ICreditStore> CreateSecondAsync();

    /// <summary>Makes the guest limiter over the same data as the store.</summary>
    protected abstract ValueTask<IGuestLimiter> CreateLimiterAsync();

    /// <summary>A service of the app that the store was made for, over the same data.</summary>
    protected abstract T Service<T>()
        where T : notnull;

    /// <summary>Gives up what <see cref="CreateAsync"/> made.</summary>
    protected virtual ValueTask CleanUpAsync() => default;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        store = await CreateAsync();
        ProvesAttribute.Ensure(GetType(), store);
        guests = await CreateLimiterAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets time pass by the store's clock.</summary>
    protected virtual async ValueTask PassAsync(TimeSpan time)
    {
        if (LivesByClock)
        {
            Clock.Advance(time);
        }
        else
        {
            await Task.Delay(time + TimeSpan.FromMilliseconds(50), Cancel);
        }
    }

    private static AccountId NewAccount() => new($"account-{Guid.CreateVersion7()}");

    private static Guid NewId() => Guid.CreateVersion7();

    private static GenerationStart Start(string model = "flux-dev", string? prompt = null) =>
        new() { Model = model, PriceVersion = "v1", Prompt = prompt };

    private static GenerationEnd End(GenerationOutcome outcome = GenerationOutcome.Succeeded) => new() { Outcome = outcome };

    private async Task<AccountId> NewAccountWith(Credits amount)
    {
        var account = NewAccount();
        await GrantAsync(account, amount);
        return account;
    }

    private async Task<GrantResult.Granted> GrantAsync(AccountId account, Credits amount, GrantKind kind = GrantKind.Purchase, DateTime? expiresAt = null, int priority = 0) =>
        (await Store.ExecuteAsync(new GrantCommand(account, kind, amount) { Key = $"grant-{NewId()}", ExpiresAt = expiresAt, Priority = priority }, Cancel))
            .ShouldBeOfType<GrantResult.Granted>();

    private async Task<HoldResult.Held> HoldAsync(AccountId account, Credits amount, Guid? id = null, TimeSpan? lease = null, string model = "flux-dev") =>
        (await Store.ExecuteAsync(new HoldCommand(account, id ?? NewId(), amount, lease ?? TimeSpan.FromDays(1), Start(model)), Cancel))
            .ShouldBeOfType<HoldResult.Held>();

    private async Task<SettleResult.Settled> CaptureAsync(AccountId account, Guid hold, Credits? amount = null) =>
        (await Store.ExecuteAsync(new CaptureCommand(account, hold, amount, End()), Cancel)).ShouldBeOfType<SettleResult.Settled>();

    private async Task<SettleResult.Settled> ReleaseAsync(AccountId account, Guid hold) =>
        (await Store.ExecuteAsync(new ReleaseCommand(account, hold, End(GenerationOutcome.Failed)), Cancel)).ShouldBeOfType<SettleResult.Settled>();

    private async Task<AccountState> StateAsync(AccountId account) => (await Store.GetAccountAsync(account, Cancel)).State;

    private async Task<IReadOnlyList<Entry>> EntriesAsync(AccountId account) =>
        [.. (await Store.GetEntriesAsync(new EntryQuery(account) { Limit = 1_000 }, Cancel)).Reverse()];

    private async Task<EntryKind[]> KindsAsync(AccountId account) => [.. (await EntriesAsync(account)).Select(entry => entry.Kind)];

    private Task ProveAsync(AccountId account) => LedgerProof.EnsureAsync(Store, account, Cancel);
}
