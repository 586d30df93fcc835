using AiCredits.Payments;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>One simulated checkout and what became of it. Immutable.</summary>
internal sealed record SimulatedCheckout(CheckoutRequest Request, string Id, DateTime ExpiresAt)
{
    public PaymentStatus Status { get; init; }

    /// <summary>True for what was paid for a subscription: the app makes a purchase of it afterwards.</summary>
    public bool IsInvoice { get; init; }

    public decimal Refunded { get; init; }

    public decimal Disputed { get; init; }

    public decimal DisputesLost { get; init; }

    /// <summary>The keys of refunds that were made.</summary>
    public IReadOnlyList<string> RefundKeys { get; init; } = [];

    public string PaymentId => $"sim_pi_{Request.PurchaseId:N}";

    public string CustomerId => Request.CustomerId ?? $"sim_cus_{Request.PurchaseId:N}";

    public decimal Refundable => Status == PaymentStatus.Paid ? Request.Price.Amount - Refunded - Disputed - DisputesLost : 0;

    public Payment ToPayment() => new()
    {
        CheckoutId = Id,
        PaymentId = Status is PaymentStatus.Paid or PaymentStatus.Processing ? PaymentId : null,
        PurchaseId = IsInvoice ? null : Request.PurchaseId,
        Status = Status,
        Subtotal = Request.Price,
        Total = Request.Price,
        Refunded = Refunded,
        Disputed = Disputed,
        DisputesLost = DisputesLost,
        CustomerId = CustomerId,
    };
}
