using AiCredits.Events;

namespace AiCredits.TopUps;

/// <summary>Where top-ups are kept. It only keeps: what they mean is decided by <see cref="TopUpDesk"/>.</summary>
/// <remarks>Thread-safe on any number of instances. An outage is a <see cref="Ledger.LedgerUnavailableException"/>.</remarks>
public interface ITopUpStore
{
    /// <summary>Saves a top-up with its <see cref="TopUp.Version"/> raised by one, and adds events to the outbox, both or neither; false, with nothing changed, when it has another version than the one given.</summary>
    ValueTask<bool> SaveAsync(TopUp topUp, IReadOnlyList<CreditEvent> events, CancellationToken cancellationToken = default);

    /// <summary>The top-up of an account; null when it never had one.</summary>
    ValueTask<TopUp?> FindAsync(AccountId account, CancellationToken cancellationToken = default);

    /// <summary>Top-ups whose <see cref="TopUp.DueAt"/> has come by <paramref name="now"/> (UTC), the longest overdue first.</summary>
    ValueTask<IReadOnlyList<TopUp>> ListDueAsync(DateTime now, int max, CancellationToken cancellationToken = default);
}
