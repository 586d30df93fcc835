using AiCredits.Guests;
using AiCredits.Ledger;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.Conformance;

/// <summary>
/// What every <see cref="IGuestLimiter"/> must do, through its public face. Derive one class per limiter (and per way of
/// running it), give it an empty one, and name the limiter with <see cref="ProvesAttribute"/>.
/// </summary>
public abstract partial class GuestLimiterConformance : IAsyncLifetime
{
    private IGuestLimiter? limiter;

    /// <summary>The clock to build the limiter with, where it takes one.</summary>
    protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>The limiter under test.</summary>
    protected IGuestLimiter Limiter => limiter ?? throw new InvalidOperationException("The limiter is made in InitializeAsync.");

    /// <summary>True when the limiter lives by <see cref="Clock"/>; false when the database's own clock rules.</summary>
    protected virtual bool LivesByClock => true;

    /// <summary>The window of the tests: one that they can wait out and that no test reaches by being slow. A limiter on a real clock makes it a few seconds.</summary>
    protected virtual TimeSpan Window => TimeSpan.FromHours(24);

    /// <summary>The limiter's time now (UTC).</summary>
    protected virtual DateTime Now => UtcMicroseconds.Now(LivesByClock ? Clock : TimeProvider.System);

    /// <summary>Cancels the test.</summary>
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GuestWindowRule FromFirstUse => new(GuestWindowKind.FromFirstUse, Window);

    private GuestWindowRule Sliding => new(GuestWindowKind.Sliding, Window);

    /// <summary>Makes a limiter with nothing in it that no other test uses at the same time.</summary>
    protected abstract ValueTask<IGuestLimiter> CreateAsync();

    /// <summary>Makes a second limiter over the same data, as another instance of the app would have. The same object where data can't be shared.</summary>
    protected abstract ValueTask<IGuestLimiter> CreateSecondAsync();

    /// <summary>Gives up what <see cref="CreateAsync"/> made.</summary>
    protected virtual ValueTask CleanUpAsync() => default;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        limiter = await CreateAsync();
        ProvesAttribute.Ensure(GetType(), limiter);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets time pass by the limiter's clock.</summary>
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

    private static Guid NewId() => Guid.CreateVersion7();

    private static GuestIdentity NewGuest(int limit = 3) => new($"guest-{NewId():N}", [new GuestSubject($"cookie:{NewId():N}", limit)]);

    private static GuestIdentity GuestOn(string network, int limit = 3) => new($"guest-{NewId():N}", [new GuestSubject($"cookie:{NewId():N}", limit), new GuestSubject(network, limit)]);

    private static string NewNetwork() => $"network:{NewId():N}";

    private static GenerationEnd End(GenerationOutcome outcome = GenerationOutcome.Succeeded) => new() { Outcome = outcome };

    private GuestHoldRequest Request(GuestIdentity guest, Guid? id = null, GuestWindowRule? rule = null, TimeSpan? lease = null, int count = 1) =>
        new(guest, id ?? NewId(), rule ?? FromFirstUse, lease ?? (Window * 3), new GenerationStart { Model = "flux-dev", Count = count, Price = count, PriceVersion = "v1", Prompt = "A cat" });

    private ValueTask<GuestHoldResult> HoldAsync(GuestIdentity guest, Guid? id = null, GuestWindowRule? rule = null, TimeSpan? lease = null, int count = 1) =>
        Limiter.HoldAsync(Request(guest, id, rule, lease, count), Cancel);

    private async Task<GuestUsage> KeepAsync(GuestIdentity guest, Guid id, GuestWindowRule? rule = null) =>
        await Limiter.SettleAsync(new GuestSettleRequest(guest, id, true, rule ?? FromFirstUse, End()), Cancel);

    private async Task<GuestUsage> GiveBackAsync(GuestIdentity guest, Guid id, GuestWindowRule? rule = null) =>
        await Limiter.SettleAsync(new GuestSettleRequest(guest, id, false, rule ?? FromFirstUse, End(GenerationOutcome.Failed)), Cancel);

    private async Task<GuestUsage> UseAsync(GuestIdentity guest, GuestWindowRule? rule = null)
    {
        var id = NewId();
        (await HoldAsync(guest, id, rule)).ShouldBeOfType<GuestHoldResult.Held>();
        return await KeepAsync(guest, id, rule);
    }

    private async Task<GuestUsage> UsageAsync(GuestIdentity guest, GuestWindowRule? rule = null) => await Limiter.GetUsageAsync(guest, rule ?? FromFirstUse, Cancel);

    private async Task<TResult[]> AtOnceAsync<TResult>(int count, Func<IGuestLimiter, int, ValueTask<TResult>> act)
    {
        IGuestLimiter[] instances = [Limiter, await CreateSecondAsync()];
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
