using AiCredits.Conformance;
using AiCredits.Referrals;

namespace AiCredits.Core.Tests.Referrals;

[Proves(typeof(MemoryReferralStore))]
public sealed class MemoryReferralStoreTests : ReferralStoreConformance
{
    protected override ValueTask<IReferralStore> CreateAsync() => new(new MemoryReferralStore());

    protected override ValueTask<IReferralStore> CreateSecondAsync() => new(Store);
}
