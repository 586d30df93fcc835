namespace AiCredits.Guests;

/// <summary>
/// The pure kernel of the guest limit: one subject's window. No I/O and no clock; every limiter shares it. Not
/// thread-safe: the limiter holds the subject's lock.
/// </summary>
public sealed class GuestWindow
{
    private readonly List<GuestUse> uses;

    /// <summary>Opens a subject's window.</summary>
    /// <param name="subject">The subject and its limit.</param>
    /// <param name="openedAt">When the window opened (UTC); null when it is closed.</param>
    /// <param name="uses">The uses that are kept or running.</param>
    public GuestWindow(GuestSubject subject, DateTime? openedAt, IEnumerable<GuestUse> uses)
    {
        Subject = subject;
        OpenedAt = openedAt;
        this.uses = [.. uses.OrderBy(use => use.At)];
    }

    /// <summary>The subject and its limit.</summary>
    public GuestSubject Subject { get; }

    /// <summary>When the window opened (UTC); null when it is closed.</summary>
    public DateTime? OpenedAt { get; private set; }

    /// <summary>The uses that are kept or running, oldest first.</summary>
    public IReadOnlyList<GuestUse> Uses => uses;

    /// <summary>Drops what is over: uses of a past window, and running ones whose lease has ended.</summary>
    public void Advance(DateTime now, GuestWindowRule rule)
    {
        uses.RemoveAll(use => use.LeaseUntil <= now);
        if (rule.Kind == GuestWindowKind.Sliding)
        {
            uses.RemoveAll(use => use.At + rule.Length <= now);
        }
        else if (OpenedAt + rule.Length <= now)
        {
            uses.Clear();
        }

        if (uses.Count == 0)
        {
            OpenedAt = null;
        }
    }

    /// <summary>True when the uses of a generation are in the window.</summary>
    public bool Contains(Guid id) => uses.Exists(use => use.Id == id);

    /// <summary>What is left. Call <see cref="Advance"/> first.</summary>
    /// <param name="rule">How uses are counted.</param>
    /// <param name="wanted">How many uses are wanted: for a sliding window the answer says when that many would fit.</param>
    public GuestUsage Usage(GuestWindowRule rule, int wanted = 1) =>
        new(Subject.Limit, uses.Sum(use => use.Count), ResetsAt(rule, wanted), rule.Length);

    /// <summary>Sets uses aside while a generation runs. Call only when they fit.</summary>
    public void Hold(GuestUse use)
    {
        OpenedAt ??= use.At;
        var index = uses.FindLastIndex(other => other.At <= use.At);
        uses.Insert(index + 1, use);
    }

    /// <summary>Keeps the uses of a generation for good, or gives them back; false when they are not in the window.</summary>
    public bool Settle(Guid id, bool keep)
    {
        var index = uses.FindIndex(use => use.Id == id && use.LeaseUntil is not null);
        if (index < 0)
        {
            return false;
        }

        if (keep)
        {
            uses[index] = uses[index] with { LeaseUntil = null };
            return true;
        }

        uses.RemoveAt(index);
        if (uses.Count == 0)
        {
            OpenedAt = null;
        }

        return true;
    }

    private DateTime? ResetsAt(GuestWindowRule rule, int wanted)
    {
        if (uses.Count == 0 || wanted > Subject.Limit)
        {
            return null;
        }

        if (rule.Kind == GuestWindowKind.FromFirstUse)
        {
            return OpenedAt + rule.Length;
        }

        var free = Subject.Limit - uses.Sum(use => use.Count);
        foreach (var use in uses)
        {
            free += use.Count;
            if (free >= wanted)
            {
                return use.At + rule.Length;
            }
        }

        return uses[^1].At + rule.Length;
    }
}
