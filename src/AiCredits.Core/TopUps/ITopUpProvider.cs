using AiCredits.Payments;

namespace AiCredits.TopUps;

/// <summary>Charges saved cards while their owners are away. A class that is an <see cref="IPaymentProvider"/> too can be used for top-ups; payments that it makes are found by <see cref="IPaymentProvider.FindPaymentAsync"/>, with the payment's id for the checkout's.</summary>
/// <remarks>Implementations are thread-safe singletons.</remarks>
public interface ITopUpProvider
{
    /// <summary>The provider's name in lower case, the same as <see cref="IPaymentProvider.Name"/>.</summary>
    string Name { get; }

    /// <summary>Opens the page on which a card is saved.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    Task<CheckoutSession> CreateCardSetupAsync(CardSetupRequest request, CancellationToken cancellationToken = default);

    /// <summary>The card that was saved on a page; null when none was.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    Task<SavedCard?> FindCardAsync(string setupId, CancellationToken cancellationToken = default);

    /// <summary>Charges a card. Asking again for the same purchase within a day gives the first answer, never a second charge.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses. If it is transient, the outcome is unknown.</exception>
    Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken = default);

    /// <summary>What became of an earlier <see cref="ChargeAsync"/>; null when the provider never got it.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    Task<ChargeResult?> FindChargeAsync(ChargeRequest request, DateTime since, CancellationToken cancellationToken = default);
}
