namespace AiCredits.Packs;

/// <summary>Where packs are kept that are edited while the app runs.</summary>
/// <remarks>Thread-safe. Every implementation must pass the conformance suite. An outage is a <see cref="Ledger.LedgerUnavailableException"/>.</remarks>
public interface IPackStore
{
    /// <summary>All packs, retired ones too, in no order.</summary>
    ValueTask<IReadOnlyList<StoredPack>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Keeps a new pack; false, and nothing is kept, when there is one of that id.</summary>
    ValueTask<bool> AddAsync(StoredPack pack, CancellationToken cancellationToken = default);

    /// <summary>Replaces a pack if the kept <see cref="StoredPack.Version"/> is one less than that of <paramref name="pack"/>; else changes nothing and says false.</summary>
    ValueTask<bool> UpdateAsync(StoredPack pack, CancellationToken cancellationToken = default);
}
