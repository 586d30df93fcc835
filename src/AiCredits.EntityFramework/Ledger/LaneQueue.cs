namespace AiCredits.EntityFramework.Ledger;

/// <summary>
/// The commands that wait for a lane. Within an account they keep their order; between accounts they take turns, so that
/// one busy account can't hold up the others. Not thread-safe: the lane locks.
/// </summary>
internal sealed class LaneQueue(int capacity)
{
    private readonly Dictionary<AccountId, Line> lines = [];
    private readonly Queue<Line> turns = new();

    public int Count { get; private set; }

    /// <summary>False when the queue is full, or when this account alone fills half of it.</summary>
    public bool TryAdd(PendingCommand pending)
    {
        if (Count >= capacity)
        {
            return false;
        }

        if (!lines.TryGetValue(pending.Command.Account, out var line))
        {
            line = new Line(pending);
            lines.Add(pending.Command.Account, line);
            turns.Enqueue(line);
        }
        else if (line.Count >= Math.Max(1, capacity / 2))
        {
            return false;
        }
        else
        {
            line.Add(pending);
        }

        Count++;
        return true;
    }

    /// <summary>Takes what is there, up to the room given, and returns how many.</summary>
    public int Take(Span<PendingCommand> batch)
    {
        var taken = 0;
        while (taken < batch.Length && turns.TryDequeue(out var line))
        {
            var pending = line.Take();
            batch[taken++] = pending;
            if (line.Count == 0)
            {
                lines.Remove(pending.Command.Account);
            }
            else
            {
                turns.Enqueue(line);
            }
        }

        Count -= taken;
        return taken;
    }

    private sealed class Line(PendingCommand first)
    {
        private PendingCommand head = first;
        private PendingCommand tail = first;

        public int Count { get; private set; } = 1;

        public void Add(PendingCommand pending)
        {
            tail.Next = pending;
            tail = pending;
            Count++;
        }

        public PendingCommand Take()
        {
            var taken = head;
            if (taken.Next is { } next)
            {
                head = next;
                taken.Next = null;
            }

            Count--;
            return taken;
        }
    }
}
