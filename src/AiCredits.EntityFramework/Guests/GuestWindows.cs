using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Guests;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Guests;

/// <summary>The windows of some subjects as they were read, and what a decision has changed in them since.</summary>
internal sealed class GuestWindows
{
    private const int RemovedAtOnce = 50;

    private readonly Dictionary<string, long?> openedAt;
    private readonly ILookup<string, GuestUse> uses;

    private GuestWindows(IReadOnlyList<GuestSubject> subjects, Dictionary<string, long?> openedAt, ILookup<string, GuestUse> uses)
    {
        this.openedAt = openedAt;
        this.uses = uses;
        IsComplete = subjects.All(subject => openedAt.ContainsKey(subject.Key));
        Windows = [.. subjects.DistinctBy(subject => subject.Key).Select(subject => new GuestWindow(subject, Stored.Time(openedAt.GetValueOrDefault(subject.Key)), uses[subject.Key]))];
    }

    /// <summary>False when a subject had no row to lock.</summary>
    public bool IsComplete { get; }

    public IReadOnlyList<GuestWindow> Windows { get; }

    /// <summary>Reads without locks.</summary>
    public static Task<GuestWindows> ReadAsync(DbContext context, GuestIdentity guest, CancellationToken cancellationToken) =>
        ReadAsync(context, guest.Subjects, [.. guest.Subjects.Select(subject => subject.Key)], cancellationToken);

    /// <summary>Locks the rows that there are, then reads. Call it in a transaction.</summary>
    public static Task<GuestWindows> LockAsync(DbContext context, GuestIdentity guest, CancellationToken cancellationToken) =>
        LockAsync(context, guest.Subjects, cancellationToken);

    /// <summary>Removes windows that are over, and says how many.</summary>
    public static async Task<int> RemoveOverAsync(CreditsDatabase database, GuestWindowRule rule, DateTime now, int max, CancellationToken cancellationToken)
    {
        var over = await database.ReadAsync((context, token) => Over(context, rule, now).Take(max).ToListAsync(token), cancellationToken).ConfigureAwait(false);
        var removed = 0;

        // In the order of their keys, as requests lock them, so that nobody waits for one another in a ring.
        foreach (var keys in over.Order(StringComparer.Ordinal).Chunk(RemovedAtOnce))
        {
            removed += await database.WriteAsync((context, token) => RemoveAsync(context, keys, rule, now, token), cancellationToken).ConfigureAwait(false);
        }

        return removed;
    }

    /// <summary>Writes what is different from what was read.</summary>
    public async Task WriteAsync(DbContext context, CancellationToken cancellationToken)
    {
        foreach (var window in Windows.Where(window => openedAt.ContainsKey(window.Subject.Key)))
        {
            var subject = window.Subject.Key;
            var opened = Stored.Micros(window.OpenedAt);
            if (opened != openedAt[subject])
            {
                await context.Set<GuestWindowRow>().Where(row => row.Subject == subject)
                    .ExecuteUpdateAsync(row => row.SetProperty(it => it.OpenedAt, opened), cancellationToken).ConfigureAwait(false);
            }

            var before = uses[subject].ToDictionary(use => use.Id);
            foreach (var use in window.Uses)
            {
                if (!before.Remove(use.Id, out var known))
                {
                    context.Add(GuestUseRow.From(subject, use));
                }
                else if (known != use)
                {
                    await context.Set<GuestUseRow>().Where(row => row.Subject == subject && row.UseId == use.Id)
                        .ExecuteUpdateAsync(
                            row => row.SetProperty(it => it.Count, use.Count)
                                .SetProperty(it => it.At, Stored.Micros(use.At))
                                .SetProperty(it => it.LeaseUntil, Stored.Micros(use.LeaseUntil)),
                            cancellationToken).ConfigureAwait(false);
                }
            }

            if (before.Count > 0)
            {
                var gone = before.Keys.ToList();
                await context.Set<GuestUseRow>().Where(row => row.Subject == subject && gone.Contains(row.UseId))
                    .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<GuestWindows> LockAsync(DbContext context, IReadOnlyList<GuestSubject> subjects, CancellationToken cancellationToken)
    {
        // Setting a column to itself is the row lock that every database has. In an order of keys that all share, and in
        // statements before the reading ones, which so see what the last holder of the lock wrote.
        var locked = new List<string>(subjects.Count);
        foreach (var key in subjects.Select(subject => subject.Key).Distinct().Order(StringComparer.Ordinal))
        {
            var count = await context.Set<GuestWindowRow>().Where(row => row.Subject == key)
                .ExecuteUpdateAsync(row => row.SetProperty(it => it.OpenedAt, it => it.OpenedAt), cancellationToken).ConfigureAwait(false);
            if (count == 1)
            {
                locked.Add(key);
            }
        }

        // Only those: a row that another request has added since is there to be read, but not locked.
        return await ReadAsync(context, subjects, locked, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<GuestWindows> ReadAsync(DbContext context, IReadOnlyList<GuestSubject> subjects, List<string> keys, CancellationToken cancellationToken)
    {
        var rows = await context.Set<GuestWindowRow>().AsNoTracking().Where(row => keys.Contains(row.Subject)).ToListAsync(cancellationToken).ConfigureAwait(false);
        var uses = await context.Set<GuestUseRow>().AsNoTracking().Where(row => keys.Contains(row.Subject)).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new GuestWindows(subjects, rows.ToDictionary(row => row.Subject, row => row.OpenedAt, StringComparer.Ordinal), uses.ToLookup(row => row.Subject, row => row.ToUse(), StringComparer.Ordinal));
    }

    private static async Task<int> RemoveAsync(DbContext context, string[] keys, GuestWindowRule rule, DateTime now, CancellationToken cancellationToken)
    {
        var windows = await LockAsync(context, [.. keys.Select(key => new GuestSubject(key, 0))], cancellationToken).ConfigureAwait(false);
        var over = new List<string>();
        foreach (var window in windows.Windows)
        {
            window.Advance(now, rule);
            if (window.Uses.Count == 0)
            {
                over.Add(window.Subject.Key);
            }
        }

        await context.Set<GuestUseRow>().Where(row => over.Contains(row.Subject)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        return await context.Set<GuestWindowRow>().Where(row => over.Contains(row.Subject)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private static IQueryable<string> Over(DbContext context, GuestWindowRule rule, DateTime now)
    {
        var (present, cutOff) = (Stored.Micros(now), Stored.Micros(now - rule.Length));
        var windows = context.Set<GuestWindowRow>().Where(row => row.OpenedAt == null || row.OpenedAt <= cutOff);
        if (rule.Kind == GuestWindowKind.Sliding)
        {
            // A sliding window stays open while any use of it is young enough.
            windows = windows.Where(row => !context.Set<GuestUseRow>().Any(use => use.Subject == row.Subject && use.At > cutOff && (use.LeaseUntil == null || use.LeaseUntil > present)));
        }

        return windows.OrderBy(row => row.OpenedAt).Select(row => row.Subject);
    }
}
