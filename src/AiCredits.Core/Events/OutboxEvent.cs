namespace AiCredits.Events;

/// <summary>An event that waits to be told.</summary>
/// <param name="Event">The event.</param>
/// <param name="Attempts">How often it was tried before.</param>
public sealed record OutboxEvent(CreditEvent Event, int Attempts);
