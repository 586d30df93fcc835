namespace AiCredits.Events;

/// <summary>The settings of events.</summary>
public sealed class EventOptions
{
    /// <summary>How often the outbox is looked at for events to tell. Default 2 seconds.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);
}
