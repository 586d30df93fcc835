using AiCredits.Conformance;
using AiCredits.Events;
using AiCredits.Purchases;

namespace AiCredits.Core.Tests.Purchases;

[Proves(typeof(MemoryPurchaseStore))]
public sealed class MemoryPurchaseStoreTests : PurchaseStoreConformance
{
    private readonly MemoryOutbox outbox;

    public MemoryPurchaseStoreTests() => outbox = new MemoryOutbox(Clock);

    protected override IEventOutbox Outbox => outbox;

    protected override IPurchaseDirectory Directory => (IPurchaseDirectory)Store;

    protected override ValueTask<IPurchaseStore> CreateAsync() => new(new MemoryPurchaseStore(outbox));

    protected override ValueTask<IPurchaseStore> CreateSecondAsync() => new(Store);
}
