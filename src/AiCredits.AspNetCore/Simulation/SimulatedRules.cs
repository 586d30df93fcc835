using AiCredits.Payments;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>What can be done with a simulated checkout, and what becomes of it then. Pure.</summary>
internal static class SimulatedRules
{
    /// <summary>What can be done with it now.</summary>
    public static IReadOnlyList<SimulatedAct> ActsOf(SimulatedCheckout checkout) => checkout switch
    {
        { Status: PaymentStatus.Open } => [SimulatedAct.Pay, SimulatedAct.PayLater, SimulatedAct.Decline, SimulatedAct.Close],
        { Status: PaymentStatus.Processing } => [SimulatedAct.Arrive, SimulatedAct.Bounce],
        { Disputed: > 0 } => [SimulatedAct.WinDispute, SimulatedAct.LoseDispute],
        { Status: PaymentStatus.Paid, Refundable: > 0 } => [SimulatedAct.RefundHalf, SimulatedAct.RefundAll, SimulatedAct.Dispute],
        _ => [],
    };

    /// <summary>The checkout after an act, which must be one of <see cref="ActsOf"/>, and the word for what happened; null when nobody needs to know.</summary>
    public static (SimulatedCheckout Checkout, string? EventType) Apply(SimulatedCheckout checkout, SimulatedAct act) => act switch
    {
        SimulatedAct.Pay => (checkout with { Status = PaymentStatus.Paid }, "checkout.paid"),
        SimulatedAct.PayLater => (checkout with { Status = PaymentStatus.Processing }, "checkout.processing"),
        SimulatedAct.Arrive => (checkout with { Status = PaymentStatus.Paid }, "checkout.paid"),
        SimulatedAct.Bounce => (checkout with { Status = PaymentStatus.Failed }, "checkout.failed"),
        SimulatedAct.RefundHalf => (Refund(checkout, HalfOf(checkout.Refundable)), "payment.refunded"),
        SimulatedAct.RefundAll => (Refund(checkout, checkout.Refundable), "payment.refunded"),
        SimulatedAct.Dispute => (checkout with { Disputed = checkout.Refundable }, "dispute.opened"),
        SimulatedAct.WinDispute => (checkout with { Disputed = 0 }, "dispute.closed"),
        SimulatedAct.LoseDispute => (checkout with { Disputed = 0, DisputesLost = checkout.DisputesLost + checkout.Disputed }, "dispute.closed"),
        _ => (checkout, null),
    };

    /// <summary>The checkout as it is now: one that nobody has paid in time is expired.</summary>
    public static SimulatedCheckout Pass(SimulatedCheckout checkout, DateTime now) =>
        checkout is { Status: PaymentStatus.Open } && checkout.ExpiresAt <= now ? checkout with { Status = PaymentStatus.Expired } : checkout;

    public static SimulatedCheckout Refund(SimulatedCheckout checkout, decimal amount) => checkout with { Refunded = checkout.Refunded + amount };

    private static decimal HalfOf(decimal amount) => Math.Max(Math.Round(amount / 2, 2, MidpointRounding.AwayFromZero), Math.Min(amount, 0.01m));
}
