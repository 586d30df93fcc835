using AiCredits.Payments;

namespace AiCredits.TopUps;

/// <summary>Stands where the payment provider charges no saved cards.</summary>
internal sealed class NoTopUpProvider : ITopUpProvider
{
    public string Name => "none";

    public Task<CheckoutSession> CreateCardSetupAsync(CardSetupRequest request, CancellationToken cancellationToken = default) => throw Missing();

    public Task<SavedCard?> FindCardAsync(string setupId, CancellationToken cancellationToken = default) => Task.FromResult<SavedCard?>(null);

    public Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken = default) => throw Missing();

    public Task<ChargeResult?> FindChargeAsync(ChargeRequest request, DateTime since, CancellationToken cancellationToken = default) => throw Missing();

    private static PaymentProviderException Missing() =>
        new("The payment provider charges no saved cards. Use one that implements ITopUpProvider: call UseStripe().");
}
