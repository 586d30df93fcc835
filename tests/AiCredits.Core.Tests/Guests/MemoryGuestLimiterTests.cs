using AiCredits.Conformance;
using AiCredits.Guests;

namespace AiCredits.Core.Tests.Guests;

[Proves(typeof(MemoryGuestLimiter))]
public sealed class MemoryGuestLimiterTests : GuestLimiterConformance
{
    protected override ValueTask<IGuestLimiter> CreateAsync() => new(new MemoryGuestLimiter(Clock));

    protected override ValueTask<IGuestLimiter> CreateSecondAsync() => new(Limiter);
}
