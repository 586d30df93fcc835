using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>Saves rows whose version says whether somebody else was faster.</summary>
internal static class VersionedRows
{
    /// <summary>
    /// Adds the row (version 0) or changes it, raising its version by one; false when it has another version than
    /// <paramref name="version"/>, or when a unique column of it is taken.
    /// </summary>
    public static async ValueTask<bool> SaveAsync<TRow>(
        CreditsDatabase database,
        int version,
        Func<IQueryable<TRow>, IQueryable<TRow>> which,
        Func<TRow> make,
        Action<TRow> set,
        CancellationToken cancellationToken)
        where TRow : class, IVersionedRow
    {
        try
        {
            return await database.WriteAsync(
                async (context, token) =>
                {
                    var row = await which(context.Set<TRow>().AsTracking()).FirstOrDefaultAsync(token).ConfigureAwait(false);
                    if ((row?.Version ?? 0) != version)
                    {
                        return false;
                    }

                    if (row is null)
                    {
                        context.Add(row = make());
                    }

                    set(row);
                    row.Version = version + 1;
                    await context.SaveChangesAsync(token).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException)
        {
            // Somebody else changed the row between its reading and its saving, added it, or took what must be unique.
            return false;
        }
    }
}
