using System.Collections.Concurrent;

namespace AiCredits.Packs;

/// <summary>Packs in this process's memory, lost when it ends.</summary>
internal sealed class MemoryPackStore : IPackStore
{
    private readonly ConcurrentDictionary<string, StoredPack> packs = new(StringComparer.Ordinal);

    public ValueTask<IReadOnlyList<StoredPack>> ListAsync(CancellationToken cancellationToken = default) => new([.. packs.Values]);

    public ValueTask<bool> AddAsync(StoredPack pack, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pack);
        return new(packs.TryAdd(pack.Id, pack));
    }

    public ValueTask<bool> UpdateAsync(StoredPack pack, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pack);
        return new(packs.TryGetValue(pack.Id, out var kept) && kept.Version == pack.Version - 1 && packs.TryUpdate(pack.Id, pack, kept));
    }
}
