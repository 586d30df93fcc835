using AiCredits.Conformance;
using AiCredits.Guests;
using AiCredits.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.Core.Tests.Ledger;

[Proves(typeof(MemoryCreditStore))]
public sealed class MemoryCreditStoreTests : CreditStoreConformance
{
    private readonly ServiceProvider _services;

    public MemoryCreditStoreTests()
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(Clock);
        services.AddAiCreditsCore();
        _services = services.BuildServiceProvider();
    }

    protected override ValueTask<ICreditStore> CreateAsync() => new(_services.GetRequiredService<MemoryCreditStore>());

    protected override ValueTask<ICreditStore> CreateSecondAsync() => new(Store);

    protected override ValueTask<IGuestLimiter> CreateLimiterAsync() => new(_services.GetRequiredService<IGuestLimiter>());

    protected override T Service<T>() => _services.GetRequiredService<T>();

    protected override ValueTask CleanUpAsync() => _services.DisposeAsync();
}
