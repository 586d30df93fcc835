using AiCredits.Conformance.Purchases;
using AiCredits.Payments;
using AiCredits.TopUps;

namespace AiCredits.Core.Tests.TopUps;

/// <summary>Saved cards whose charges end as the test says; each purchase is charged once, whatever is asked how often.</summary>
internal sealed class FakeCards(ScriptedPayments payments) : ITopUpProvider
{
    public string Name => payments.Name;

    /// <summary>What becomes of the next charge.</summary>
    public ChargeResult? Next { get; set; }

    /// <summary>Loses the answer after the charge was made.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>Nothing comes through.</summary>
    public bool IsDown { get; set; }

    /// <summary>How the payment of a charge stands at first.</summary>
    public PaymentStatus NewStatus { get; set; } = PaymentStatus.Paid;

    /// <summary>In which currency it is taken; null for that which was asked for.</summary>
    public string? Currency { get; set; }

    /// <summary>What happens while it is charged.</summary>
    public Func<Task>? OnCharge { get; set; }

    public Dictionary<Guid, ChargeResult> Charges { get; } = [];

    public int Asked { get; private set; }

    public Task<CheckoutSession> CreateCardSetupAsync(CardSetupRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new CheckoutSession("setup_1", new Uri("https://pay.example/card"), null));

    public Task<SavedCard?> FindCardAsync(string setupId, CancellationToken cancellationToken = default) => Task.FromResult<SavedCard?>(new SavedCard("cus_1", "pm_1", "visa 4242"));

    public async Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken = default)
    {
        Asked++;
        Fail(IsDown);
        await (OnCharge?.Invoke() ?? Task.CompletedTask);
        if (!Charges.TryGetValue(request.PurchaseId, out var result))
        {
            result = Next ?? new ChargeResult.Taken($"pi_{request.PurchaseId:N}");
            Charges.Add(request.PurchaseId, result);
            if (result is ChargeResult.Taken taken)
            {
                payments[taken.PaymentId] = new Payment { CheckoutId = taken.PaymentId, PaymentId = taken.PaymentId, PurchaseId = request.PurchaseId, Status = NewStatus, Total = Currency is null ? request.Price : request.Price with { Currency = Currency }, CustomerId = request.Card.CustomerId };
            }
        }

        Fail(LosesAnswers);
        return result;
    }

    public Task<ChargeResult?> FindChargeAsync(ChargeRequest request, DateTime since, CancellationToken cancellationToken = default)
    {
        Fail(IsDown);
        return Task.FromResult(Charges.GetValueOrDefault(request.PurchaseId));
    }

    private static void Fail(bool fails)
    {
        if (fails)
        {
            throw new PaymentProviderException("No answer.") { IsTransient = true };
        }
    }
}
