namespace AiCredits.Events;

/// <summary>Events in this process's memory, lost when it ends.</summary>
internal sealed class MemoryOutbox(TimeProvider clock) : IEventOutbox
{
    private readonly Lock gate = new();
    private readonly List<Waiting> waiting = [];

    public void Add(IReadOnlyList<CreditEvent> events)
    {
        lock (gate)
        {
            foreach (var creditEvent in events)
            {
                waiting.Add(new Waiting(new OutboxEvent(creditEvent, 0), DateTime.MinValue));
            }
        }
    }

    public ValueTask<IReadOnlyList<OutboxEvent>> LeaseAsync(int max, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var now = UtcMicroseconds.Now(clock);
            var leased = new List<OutboxEvent>();
            for (var index = 0; index < waiting.Count && leased.Count < max; index++)
            {
                if (waiting[index].Until <= now)
                {
                    leased.Add(waiting[index].Outbox);
                    waiting[index] = waiting[index] with { Until = now + lease };
                }
            }

            return new ValueTask<IReadOnlyList<OutboxEvent>>(leased);
        }
    }

    public ValueTask CompleteAsync(OutboxEvent outboxEvent, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            waiting.RemoveAll(candidate => candidate.Outbox.Event.Id == outboxEvent.Event.Id);
        }

        return default;
    }

    public ValueTask PostponeAsync(OutboxEvent outboxEvent, TimeSpan delay, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var index = waiting.FindIndex(candidate => candidate.Outbox.Event.Id == outboxEvent.Event.Id);
            if (index >= 0)
            {
                waiting[index] = new Waiting(outboxEvent with { Attempts = outboxEvent.Attempts + 1 }, UtcMicroseconds.Now(clock) + delay);
            }
        }

        return default;
    }

    private sealed record Waiting(OutboxEvent Outbox, DateTime Until);
}
