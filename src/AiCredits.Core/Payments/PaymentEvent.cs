namespace AiCredits.Payments;

/// <summary>Word from the provider that a payment has changed; how it stands now is asked with <see cref="IPaymentProvider.FindPaymentAsync"/>.</summary>
/// <param name="Id">The provider's id of the event; a repeated delivery has the same one.</param>
/// <param name="Type">The provider's word for what happened, for people: <c>charge.refunded</c>.</param>
/// <param name="PaymentId">The id of the checkout or of the payment, as <see cref="IPaymentProvider.FindPaymentAsync"/> takes it.</param>
/// <param name="OccurredAt">When it happened (UTC).</param>
public sealed record PaymentEvent(string Id, string Type, string PaymentId, DateTime OccurredAt);
