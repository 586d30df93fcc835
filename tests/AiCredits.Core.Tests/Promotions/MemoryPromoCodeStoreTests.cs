using AiCredits.Conformance;
using AiCredits.Promotions;

namespace AiCredits.Core.Tests.Promotions;

[Proves(typeof(MemoryPromoCodeStore))]
public sealed class MemoryPromoCodeStoreTests : PromoCodeStoreConformance
{
    protected override ValueTask<IPromoCodeStore> CreateAsync() => new(new MemoryPromoCodeStore(Clock));

    protected override ValueTask<IPromoCodeStore> CreateSecondAsync() => new(Store);
}
