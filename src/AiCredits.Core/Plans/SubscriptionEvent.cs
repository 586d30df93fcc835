namespace AiCredits.Plans;

/// <summary>Word from the provider that a subscription has changed; how it stands now is asked with <see cref="ISubscriptionProvider.FindSubscriptionAsync"/>.</summary>
/// <param name="Id">The provider's id of the event.</param>
/// <param name="Type">The provider's word for what happened, for people: <c>invoice.paid</c>.</param>
/// <param name="SubscriptionId">The id of the subscription or of its checkout, as <see cref="ISubscriptionProvider.FindSubscriptionAsync"/> takes it.</param>
/// <param name="OccurredAt">When it happened (UTC).</param>
public sealed record SubscriptionEvent(string Id, string Type, string SubscriptionId, DateTime OccurredAt);
