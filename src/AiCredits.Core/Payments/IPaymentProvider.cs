namespace AiCredits.Payments;

/// <summary>Takes money. The app keeps a purchase first, then asks for a checkout, and delivers what the purchase says once the payment is paid.</summary>
/// <remarks>
/// A webhook only points at a payment: what became of it is always read with <see cref="FindPaymentAsync"/>. So webhooks may
/// be late, repeated or out of order, and a return page or a sweep that asks without any webhook comes to the same result.
/// Implementations are thread-safe singletons.
/// </remarks>
public interface IPaymentProvider
{
    /// <summary>The provider's name in lower case, kept with each purchase: <c>stripe</c>.</summary>
    string Name { get; }

    /// <summary>Opens the checkout of a purchase. Asking again for the same purchase within a day gives the same checkout, never a second one.</summary>
    /// <exception cref="ArgumentException">The provider can't take that amount or that currency.</exception>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    Task<CheckoutSession> CreateCheckoutAsync(CheckoutRequest request, CancellationToken cancellationToken = default);

    /// <summary>Verifies a webhook over its raw bytes, and only then reads it. Never throws for what is in it, and never waits.</summary>
    WebhookResult ReadWebhook(WebhookRequest request);

    /// <summary>How a payment stands at the provider now; null when it knows none of that id.</summary>
    /// <param name="id">The id of a checkout or of a payment, as the provider gave it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    Task<Payment?> FindPaymentAsync(string id, CancellationToken cancellationToken = default);
}
