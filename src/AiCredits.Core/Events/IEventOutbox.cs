using AiCredits.Ledger;

namespace AiCredits.Events;

/// <summary>Where committed events wait to be told. Every store implements it beside <see cref="ICreditStore"/>.</summary>
/// <remarks>Thread-safe; on any number of instances an event is leased to one at a time.</remarks>
public interface IEventOutbox
{
    /// <summary>Leases at most <paramref name="max"/> events that wait, oldest first, so that no other instance takes them meanwhile.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    ValueTask<IReadOnlyList<OutboxEvent>> LeaseAsync(int max, TimeSpan lease, CancellationToken cancellationToken = default);

    /// <summary>Removes an event that was told.</summary>
    ValueTask CompleteAsync(OutboxEvent outboxEvent, CancellationToken cancellationToken = default);

    /// <summary>Puts an event back, to be told again after a while.</summary>
    ValueTask PostponeAsync(OutboxEvent outboxEvent, TimeSpan delay, CancellationToken cancellationToken = default);
}
