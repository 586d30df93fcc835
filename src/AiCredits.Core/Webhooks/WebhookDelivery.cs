namespace AiCredits.Webhooks;

/// <summary>An event on its way to one endpoint.</summary>
/// <param name="Account">The account of the event.</param>
/// <param name="Sequence">The entry of the event.</param>
/// <param name="Name">The event's name.</param>
/// <param name="Endpoint">The name of the endpoint.</param>
/// <param name="CreatedAt">When it was put into the outbox (UTC).</param>
/// <param name="Attempts">How often it was tried before.</param>
/// <param name="Body">What is posted.</param>
public sealed record WebhookDelivery(AccountId Account, long Sequence, string Name, string Endpoint, DateTime CreatedAt, int Attempts, string Body);
