using AiCredits.EntityFramework.Schema;
using AiCredits.Events;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>Saves rows whose version says whether somebody else was faster.</summary>
internal static class VersionedRows
{
    /// <summary>
    /// Adds the row (version 0) or changes it, raising its version by one; false when it has another version than
    /// <paramref name="version"/>, or when a unique column of it is taken. Events go to the outbox in the same transaction.
    /// </summary>
    public static async ValueTask<bool> SaveAsync<TRow>(
        CreditsDatabase database,
        int version,
        Func<IQueryable<TRow>, IQueryable<TRow>> which,
        Func<TRow> make,
        Action<TRow> set,
        CancellationToken cancellationToken,
        IReadOnlyList<CreditEvent>? events = null)
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
                    context.AddRange((events ?? []).Select(EventRow.From));
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
