using AiCredits.Conformance;
using AiCredits.Packs;

namespace AiCredits.Core.Tests.Packs;

[Proves(typeof(MemoryPackStore))]
public sealed class MemoryPackStoreTests : PackStoreConformance
{
    protected override ValueTask<IPackStore> CreateAsync() => new(new MemoryPackStore());
}
