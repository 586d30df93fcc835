using System.Globalization;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Analytics;

/// <summary>
/// Adds what has happened since to the roll-ups, exactly once, on any number of instances at once. Follows each account's
/// own numbering, which has no gaps, so that no clock, order of commits or late row can make it miss or repeat anything.
/// </summary>
internal sealed class RollUp(CreditsDatabase database, DatabaseKind? writeAs = null)
{
    /// <summary>The row whose lock is the roll-ups' lock, and whose value says as of when (microseconds) they are.</summary>
    public const string SettingName = "analytics";

    private const int GuestsPerTurn = 500;

    // After so many turns in a row the fault lies elsewhere (a history with a hole, say); the others go on.
    private const int MaxLost = 20;

    private readonly RollUpReader reader = new(database);
    private RollUpWriter? writer;

    // Not in the constructor: only the start says what is wrong with a database.
    private RollUpWriter Writer => writer ??= new RollUpWriter(writeAs ?? database.Kind);

    // On SQLite nobody else writes meanwhile, so a turn is short there.
    private int EntriesPerTurn => database.Kind == DatabaseKind.PostgreSql ? 20_000 : 2_000;

    /// <summary>Rolls up whatever there is, and says how many entries and guest generations that were.</summary>
    /// <param name="touchedSince">Only accounts with an entry since then, which are found sooner; null for all.</param>
    /// <param name="cancellationToken">Stops between two turns; what was rolled up stays.</param>
    /// <exception cref="LedgerUnavailableException">The database can't be used now.</exception>
    public async Task<long> RunAsync(DateTime? touchedSince, CancellationToken cancellationToken)
    {
        await EnsureSettingAsync(cancellationToken).ConfigureAwait(false);
        var asOf = await database.ReadAsync((context, token) => database.NowAsync(context, token).AsTask(), cancellationToken).ConfigureAwait(false);
        var done = await RunAccountsAsync(touchedSince, cancellationToken).ConfigureAwait(false) + await RunGuestsAsync(cancellationToken).ConfigureAwait(false);
        await database.WriteAsync(
            async (context, token) =>
            {
                var known = await LockAsync(context, token).ConfigureAwait(false);
                var now = Stored.Micros(asOf);
                return known >= now ? 0 : await context.Set<SettingRow>().Where(row => row.Name == SettingName)
                    .ExecuteUpdateAsync(row => row.SetProperty(it => it.Value, now.ToString(CultureInfo.InvariantCulture)), token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        return done;
    }

    private async Task<long> RunAccountsAsync(DateTime? touchedSince, CancellationToken cancellationToken)
    {
        long done = 0;
        string? after = null;
        var lost = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var marks = await reader.FindAccountsAsync(after, touchedSince, 1_000, cancellationToken).ConfigureAwait(false);
            if (marks.Count == 0)
            {
                return done;
            }

            var limit = EntriesPerTurn;
            var pieces = await reader.ReadAsync(marks, limit, cancellationToken).ConfigureAwait(false);
            var entries = pieces.Sum(piece => piece.Entries.Count);
            if (await AddAsync(pieces, cancellationToken).ConfigureAwait(false))
            {
                done += entries;
                lost = 0;
            }
            else if (pieces.Count > 0 && ++lost < MaxLost)
            {
                // Another instance is at the same accounts: look again at what it has left.
                continue;
            }

            // A turn that was full may have left the rest of its last account; accounts that others have just rolled up are not found again.
            after = entries < limit ? marks[^1].AccountId : pieces.Count > 1 ? pieces[^2].Mark.AccountId : after;
        }
    }

    /// <summary>Writes pieces, all or none: none when another instance has rolled up one of their accounts since they were read.</summary>
    private async Task<bool> AddAsync(List<AccountPiece> pieces, CancellationToken cancellationToken)
    {
        if (pieces.Count == 0)
        {
            return false;
        }

        return await database.WriteAsync(
            async (context, token) =>
            {
                await LockAsync(context, token).ConfigureAwait(false);
                if (!await AreAsReadAsync(context, pieces, token).ConfigureAwait(false))
                {
                    return false;
                }

                // Made anew each time, since a transaction may be tried again from its start.
                var delta = new RollUpDelta();
                var marks = pieces.ConvertAll(piece => piece.AddTo(delta));
                await Writer.WriteAsync(context, delta, marks.ToDictionary(mark => mark.AccountId, mark => Stored.Time(mark.FirstAt), StringComparer.Ordinal), token).ConfigureAwait(false);
                await Writer.MarkAsync(context, marks, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> AreAsReadAsync(DbContext context, List<AccountPiece> pieces, CancellationToken cancellationToken)
    {
        foreach (var chunk in pieces.Chunk(500))
        {
            var ids = chunk.Select(piece => piece.Mark.AccountId).ToList();
            var now = await context.Set<AnalyticsAccountRow>().AsNoTracking().Where(row => ids.Contains(row.AccountId)).ToDictionaryAsync(row => row.AccountId, row => row.DoneSeq, cancellationToken).ConfigureAwait(false);
            // The piece is what follows its mark: entries are read after the mark was, and the mark may have moved between.
            if (chunk.Any(piece => now.GetValueOrDefault(piece.Mark.AccountId) != piece.Mark.DoneSeq || piece.Entries[0].Sequence != piece.Mark.DoneSeq + 1))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<long> RunGuestsAsync(CancellationToken cancellationToken)
    {
        long done = 0;
        int count;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            count = await database.WriteAsync(AddGuestsAsync, cancellationToken).ConfigureAwait(false);
            done += count;
        }
        while (count == GuestsPerTurn);
        return done;
    }

    private async Task<int> AddGuestsAsync(DbContext context, CancellationToken cancellationToken)
    {
        await LockAsync(context, cancellationToken).ConfigureAwait(false);
        var rows = await context.Set<GuestGenerationRow>().AsNoTracking().Where(row => row.Unrolled).OrderBy(row => row.GenerationId).Take(GuestsPerTurn).ToListAsync(cancellationToken).ConfigureAwait(false);
        var delta = new RollUpDelta();
        var visits = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var generation = row.ToGeneration();
            if (row.Rolled is { } before)
            {
                // Settled after its lease, or run again after it was given back.
                StoredJson.Read<EndedGeneration>(before).AddTo(delta, AnalyticsMeasure.GuestGeneration, -1);
            }

            string? after = null;

            if (row.EndedAt is not null)
            {
                var counted = EndedGeneration.From(generation);
                counted.AddTo(delta, AnalyticsMeasure.GuestGeneration, 1);
                after = StoredJson.Write(counted);
                visits[row.GuestId] = Math.Min(visits.GetValueOrDefault(row.GuestId, long.MaxValue), row.StartedAt);
            }

            // Only as it was read: one that is settled at this very moment stays unrolled.
            var (id, endedAt, outcome) = (row.GenerationId, row.EndedAt, row.Outcome);
            var changed = await context.Set<GuestGenerationRow>().Where(it => it.GenerationId == id && it.EndedAt == endedAt && it.Outcome == outcome)
                .ExecuteUpdateAsync(it => it.SetProperty(row => row.Unrolled, false).SetProperty(row => row.Rolled, after), cancellationToken).ConfigureAwait(false);
            if (changed != 1)
            {
                throw new LedgerUnavailableException("A guest's generation was settled while it was rolled up. The next roll-up takes it.");
            }
        }

        await AddVisitsAsync(context, visits, delta, cancellationToken).ConfigureAwait(false);
        await Writer.WriteAsync(context, delta, new Dictionary<string, DateTime>(), cancellationToken).ConfigureAwait(false);
        return rows.Count;
    }

    // A guest's first visit may be rolled up after a later one: it then moves to where it belongs.
    private static async Task AddVisitsAsync(DbContext context, Dictionary<string, long> visits, RollUpDelta delta, CancellationToken cancellationToken)
    {
        var ids = visits.Keys.ToList();
        var known = await context.Set<AnalyticsGuestRow>().AsTracking().Where(row => ids.Contains(row.GuestId)).ToDictionaryAsync(row => row.GuestId, StringComparer.Ordinal, cancellationToken).ConfigureAwait(false);
        foreach (var (guest, at) in visits)
        {
            if (!known.TryGetValue(guest, out var row))
            {
                context.Add(new AnalyticsGuestRow { GuestId = guest, FirstAt = at });
                delta.Add(Stored.Time(at), AnalyticsMeasure.NewGuest, count: 1);
            }
            else if (at < row.FirstAt)
            {
                delta.Add(Stored.Time(row.FirstAt), AnalyticsMeasure.NewGuest, count: -1);
                delta.Add(Stored.Time(at), AnalyticsMeasure.NewGuest, count: 1);
                row.FirstAt = at;
            }
        }

        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<long> LockAsync(DbContext context, CancellationToken cancellationToken)
    {
        await context.Set<SettingRow>().Where(row => row.Name == SettingName).ExecuteUpdateAsync(row => row.SetProperty(it => it.Value, it => it.Value), cancellationToken).ConfigureAwait(false);
        var value = await context.Set<SettingRow>().Where(row => row.Name == SettingName).Select(row => row.Value).SingleAsync(cancellationToken).ConfigureAwait(false);
        return long.Parse(value, CultureInfo.InvariantCulture);
    }

    private async Task EnsureSettingAsync(CancellationToken cancellationToken)
    {
        if (await database.ReadAsync((context, token) => context.Set<SettingRow>().AnyAsync(row => row.Name == SettingName, token), cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            await database.WriteAsync(
                (context, token) =>
                {
                    context.Add(new SettingRow { Name = SettingName, Value = "0" });
                    return context.SaveChangesAsync(token);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException)
        {
            // Another instance added it at the same moment.
        }
    }
}
