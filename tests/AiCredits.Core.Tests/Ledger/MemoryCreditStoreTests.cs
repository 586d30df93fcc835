using AiCredits.Conformance;
using AiCredits.Guests;
using AiCredits.Ledger;

namespace AiCredits.Core.Tests.Ledger;

public sealed class MemoryCreditStoreTests : CreditStoreConformance
{
    private readonly MemoryGuestLimiter _guests;

    public MemoryCreditStoreTests() => _guests = new MemoryGuestLimiter(Clock);

    protected override ValueTask<ICreditStore> CreateAsync() => new(new MemoryCreditStore(_guests, Clock));

    protected override ValueTask<ICreditStore> CreateSecondAsync() => new(Store);

    protected override ValueTask<IGuestLimiter> CreateLimiterAsync() => new(_guests);
}
