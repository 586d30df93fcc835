using AiCredits.Payments;

namespace AiCredits.Plans;

/// <summary>Takes money for plans. A class that is an <see cref="IPaymentProvider"/> too sells plans as well as packs.</summary>
/// <remarks>As with payments, a webhook only points at a subscription, and how it stands is always read with <see cref="FindSubscriptionAsync"/>. Implementations are thread-safe singletons.</remarks>
public interface ISubscriptionProvider
{
    /// <summary>The provider's name in lower case, the same as <see cref="IPaymentProvider.Name"/>.</summary>
    string Name { get; }

    /// <summary>Opens the checkout of a subscription. Asking again for the same one within a day gives the same checkout, never a second one.</summary>
    /// <exception cref="ArgumentException">The provider can't take that amount or that currency.</exception>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    Task<CheckoutSession> CreateSubscriptionCheckoutAsync(SubscriptionCheckoutRequest request, CancellationToken cancellationToken = default);

    /// <summary>Ends a checkout, so that it can't be paid any more. Changes nothing when it was paid or has ended already.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    Task EndCheckoutAsync(string checkoutId, CancellationToken cancellationToken = default);

    /// <summary>How a subscription stands now; null when the provider knows none of that id.</summary>
    /// <param name="id">The id of a checkout or of a subscription, as the provider gave it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    Task<ProviderSubscription?> FindSubscriptionAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Changes the plan or the seats. Asking again with the same key changes nothing more.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses, since the payment is declined for instance; nothing changed then.</exception>
    Task ChangeSubscriptionAsync(SubscriptionChange change, CancellationToken cancellationToken = default);

    /// <summary>Lets a subscription end with its period, or go on after all. Doing it again changes nothing.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    Task SetCancelAtPeriodEndAsync(string id, bool cancel, CancellationToken cancellationToken = default);
}
