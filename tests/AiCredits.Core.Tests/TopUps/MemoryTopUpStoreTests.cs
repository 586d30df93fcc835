using AiCredits.Conformance;
using AiCredits.Events;
using AiCredits.TopUps;

namespace AiCredits.Core.Tests.TopUps;

[Proves(typeof(MemoryTopUpStore))]
public sealed class MemoryTopUpStoreTests : TopUpStoreConformance
{
    private MemoryOutbox? outbox;

    protected override IEventOutbox Outbox => outbox!;

    protected override ValueTask<ITopUpStore> CreateAsync() => new(new MemoryTopUpStore(outbox = new MemoryOutbox(Clock)));

    protected override ValueTask<ITopUpStore> CreateSecondAsync() => new(Store);
}
