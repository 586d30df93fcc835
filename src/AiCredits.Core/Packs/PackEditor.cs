using Microsoft.Extensions.Logging;

namespace AiCredits.Packs;

/// <summary>
/// Adds, changes, retires and brings back packs while the app runs, after <c>UseStoredPacks()</c>. Each change has an actor
/// and a reason. Purchases that were begun before stay as agreed. Other instances follow within a minute.
/// </summary>
/// <remarks>Thread-safe. An outage is a <see cref="Ledger.LedgerUnavailableException"/>.</remarks>
public sealed partial class PackEditor
{
    private readonly IPackStore store;
    private readonly StoredPackCatalog catalog;
    private readonly TimeProvider clock;
    private readonly ILogger<PackEditor> logger;

    internal PackEditor(IPackStore store, StoredPackCatalog catalog, TimeProvider clock, ILogger<PackEditor> logger)
    {
        this.store = store;
        this.catalog = catalog;
        this.clock = clock;
        this.logger = logger;
    }

    /// <summary>All packs, retired ones too, by id.</summary>
    public async ValueTask<IReadOnlyList<StoredPack>> ListAsync(CancellationToken cancellationToken = default) =>
        [.. (await store.ListAsync(cancellationToken).ConfigureAwait(false)).OrderBy(pack => pack.Id, StringComparer.Ordinal)];

    /// <summary>Puts a new pack on offer; false when there is or was one of that id.</summary>
    /// <exception cref="ArgumentException">The pack can't be sold, or actor or reason is missing.</exception>
    public async ValueTask<bool> AddAsync(StoredPack pack, string actor, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pack);
        var added = Sign(pack with { Version = 1 }, actor, reason);
        if (!await store.AddAsync(added, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        await TellAsync(added, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Changes a pack: its price, credits, name, or whether it is retired. Null when there is none of that id; else how it is kept now.</summary>
    /// <param name="id">The pack.</param>
    /// <param name="change">Makes the pack as it should be from the pack as it is; may be called again when somebody else changed it meanwhile.</param>
    /// <param name="actor">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The pack couldn't be sold, its id would change, or actor or reason is missing.</exception>
    public async ValueTask<StoredPack?> ChangeAsync(string id, Func<StoredPack, StoredPack> change, string actor, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        while (await FindAsync(id, cancellationToken).ConfigureAwait(false) is { } kept)
        {
            var changed = Sign(Keep(id, change(kept)) with { Version = kept.Version + 1 }, actor, reason);
            if (await store.UpdateAsync(changed, cancellationToken).ConfigureAwait(false))
            {
                await TellAsync(changed, cancellationToken).ConfigureAwait(false);
                return changed;
            }
        }

        return null;
    }

    /// <summary>
    /// Changes a pack as somebody has seen it: when another version is kept by now, nothing changes. Repeating it after a
    /// lost answer changes nothing more.
    /// </summary>
    /// <param name="id">The pack.</param>
    /// <param name="version">The <see cref="StoredPack.Version"/> that was seen.</param>
    /// <param name="change">Makes the pack as it should be from the pack as it is; may be called more than once.</param>
    /// <param name="actor">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The pack couldn't be sold, its id would change, or actor or reason is missing.</exception>
    public async ValueTask<PackChangeResult> ChangeAsync(string id, long version, Func<StoredPack, StoredPack> change, string actor, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        while (await FindAsync(id, cancellationToken).ConfigureAwait(false) is { } kept)
        {
            var changed = Sign(Keep(id, change(kept)) with { Version = version + 1 }, actor, reason);
            if (kept.Version != version)
            {
                return kept == changed with { ChangedAt = kept.ChangedAt } ? new PackChangeResult.Done(kept, Replayed: true) : new PackChangeResult.ChangedMeanwhile(kept);
            }

            if (await store.UpdateAsync(changed, cancellationToken).ConfigureAwait(false))
            {
                await TellAsync(changed, cancellationToken).ConfigureAwait(false);
                return new PackChangeResult.Done(changed, Replayed: false);
            }
        }

        return new PackChangeResult.NotFound();
    }

    /// <summary>Changes the price of a pack; null when there is none of that id.</summary>
    /// <exception cref="ArgumentException">The price can't be sold for, or actor or reason is missing.</exception>
    public ValueTask<StoredPack?> RepriceAsync(string id, decimal price, string actor, string reason, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, pack => pack with { Price = price }, actor, reason, cancellationToken);

    /// <summary>Takes a pack off the list; null when there is none of that id.</summary>
    /// <exception cref="ArgumentException">Actor or reason is missing.</exception>
    public ValueTask<StoredPack?> RetireAsync(string id, string actor, string reason, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, pack => pack with { Retired = true }, actor, reason, cancellationToken);

    private async ValueTask<StoredPack?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await store.ListAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(pack => pack.Id == id);

    private static StoredPack Keep(string id, StoredPack changed) => changed.Id == id
        ? changed
        : throw new ArgumentException($"The id of pack '{id}' would become '{changed.Id}'. Add a new pack and retire this one.");

    private StoredPack Sign(StoredPack pack, string actor, string reason)
    {
        Text.EnsureIdentifier(actor, 200, "actor");
        Text.EnsureIdentifier(reason, 500, "reason");
        pack.Validate();
        return pack with { ChangedBy = actor, Reason = reason, ChangedAt = UtcMicroseconds.Now(clock) };
    }

    private async ValueTask TellAsync(StoredPack pack, CancellationToken cancellationToken)
    {
        PackChanged(pack.Id, pack.ChangedBy, pack.Reason, pack.Price, pack.Currency, pack.Credits, pack.Retired);
        await catalog.RefreshAsync(cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(1061, LogLevel.Information, "Pack {PackId} was changed by {Actor} ({Reason}): {Price} {Currency} for {Credits} credits, retired: {Retired}.")]
    private partial void PackChanged(string packId, string? actor, string? reason, decimal price, string currency, Credits credits, bool retired);
}
