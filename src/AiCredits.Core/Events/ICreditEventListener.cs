namespace AiCredits.Events;

/// <summary>Is told of events after they were committed, at least once, in no promised order.</summary>
/// <remarks>
/// Must be thread-safe. An exception lets the event be delivered again later, with growing delay, to all listeners; it
/// never breaks a spend.
/// </remarks>
public interface ICreditEventListener
{
    /// <summary>Handles one event.</summary>
    ValueTask HandleAsync(CreditEvent creditEvent, CancellationToken cancellationToken = default);
}
