using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Packs;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Packs;

/// <summary>Packs in the database.</summary>
internal sealed class EfPackStore(CreditsDatabase database) : IPackStore
{
    public async ValueTask<IReadOnlyList<StoredPack>> ListAsync(CancellationToken cancellationToken = default) => await database.ReadAsync(
        async (context, token) => (await context.Set<PackRow>().AsNoTracking().ToListAsync(token).ConfigureAwait(false)).ConvertAll(row => row.ToPack()),
        cancellationToken).ConfigureAwait(false);

    public async ValueTask<bool> AddAsync(StoredPack pack, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pack);
        try
        {
            return await database.WriteAsync(
                async (context, token) =>
                {
                    if (await context.Set<PackRow>().AnyAsync(row => row.PackId == pack.Id, token).ConfigureAwait(false))
                    {
                        return false;
                    }

                    context.Add(PackRow.From(pack));
                    await context.SaveChangesAsync(token).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
        {
            // Another instance added it at the same moment.
            return (await ListAsync(cancellationToken).ConfigureAwait(false)).Any(kept => kept.Id == pack.Id) ? false
                : throw new InvalidOperationException($"The database refuses pack '{pack.Id}', and has no other of that id.");
        }
    }

    public async ValueTask<bool> UpdateAsync(StoredPack pack, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pack);
        try
        {
            return await database.WriteAsync(
                async (context, token) =>
                {
                    context.Update(PackRow.From(pack)).Property(row => row.Version).OriginalValue = pack.Version - 1;
                    await context.SaveChangesAsync(token).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }
}
