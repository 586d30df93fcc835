using AiCredits.Payments;
using AiCredits.TopUps;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>Saves simulated cards, which are good for everything, and charges them by paying a simulated checkout.</summary>
internal sealed class SimulatedTopUpProvider(SimulatedPaymentProvider payments) : ITopUpProvider
{
    public string Name => SimulatedPaymentProvider.ProviderName;

    public Task<CheckoutSession> CreateCardSetupAsync(CardSetupRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.FromResult(new CheckoutSession($"sim_setup_{request.Key}", request.SuccessUrl, null));
    }

    public Task<SavedCard?> FindCardAsync(string setupId, CancellationToken cancellationToken = default) =>
        Task.FromResult<SavedCard?>(new SavedCard($"sim_cus_{setupId}", $"sim_pm_{setupId}", "simulated 4242"));

    public Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var nowhere = new Uri("https://simulated.invalid/");
        var paymentId = payments.Charge(new CheckoutRequest
        {
            PurchaseId = request.PurchaseId,
            Title = request.Title,
            Price = request.Price,
            SuccessUrl = nowhere,
            CancelUrl = nowhere,
            CustomerId = request.Card.CustomerId,
        });
        return Task.FromResult<ChargeResult>(new ChargeResult.Taken(paymentId));
    }

    public async Task<ChargeResult?> FindChargeAsync(ChargeRequest request, DateTime since, CancellationToken cancellationToken = default) =>
        await ChargeAsync(request, cancellationToken).ConfigureAwait(false);
}
