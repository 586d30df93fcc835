using AiCredits.Conformance;
using AiCredits.Events;
using AiCredits.Plans;

namespace AiCredits.Core.Tests.Plans;

[Proves(typeof(MemorySubscriptionStore))]
public sealed class MemorySubscriptionStoreTests : SubscriptionStoreConformance
{
    private MemoryOutbox? outbox;

    protected override IEventOutbox Outbox => outbox!;

    protected override ValueTask<ISubscriptionStore> CreateAsync() => new(new MemorySubscriptionStore(outbox = new MemoryOutbox(Clock)));

    protected override ValueTask<ISubscriptionStore> CreateSecondAsync() => new(Store);
}
