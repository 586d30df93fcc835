using AiCredits.Payments;
using AiCredits.Plans;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>One simulated subscription and what became of it. Immutable.</summary>
internal sealed record SimulatedSubscription(SubscriptionCheckoutRequest Request, string CheckoutId)
{
    public string Id => $"sim_sub_{Request.SubscriptionId:N}";

    public string CustomerId => Request.CustomerId ?? $"sim_cus_{Request.SubscriptionId:N}";

    public ProviderSubscriptionStatus Status { get; init; }

    public CreditPlan Plan { get; init; } = Request.Plan;

    public int Seats { get; init; } = Request.Seats;

    /// <summary>The plan from the next period on; null when it is the same.</summary>
    public CreditPlan? NextPlan { get; init; }

    public int? NextSeats { get; init; }

    public DateTime PeriodStart { get; init; }

    public DateTime PeriodEnd { get; init; }

    public bool CancelAtPeriodEnd { get; init; }

    public DateTime? EndedAt { get; init; }

    /// <summary>What was paid, oldest first.</summary>
    public IReadOnlyList<ProviderInvoice> Invoices { get; init; } = [];

    /// <summary>The keys of changes that were made.</summary>
    public IReadOnlyList<string> ChangeKeys { get; init; } = [];

    public ProviderSubscription ToFacts() => new(Status)
    {
        Id = Status is ProviderSubscriptionStatus.Open or ProviderSubscriptionStatus.Abandoned ? null : Id,
        SubscriptionId = Request.SubscriptionId,
        PlanId = (NextPlan ?? Plan).Id,
        Seats = NextSeats ?? Seats,
        PeriodStart = Status is ProviderSubscriptionStatus.Open or ProviderSubscriptionStatus.Abandoned ? null : PeriodStart,
        PeriodEnd = Status is ProviderSubscriptionStatus.Open or ProviderSubscriptionStatus.Abandoned ? null : PeriodEnd,
        PaidThrough = Status is ProviderSubscriptionStatus.Active or ProviderSubscriptionStatus.Trialing or ProviderSubscriptionStatus.Paused ? PeriodEnd : Status is ProviderSubscriptionStatus.PastDue ? PeriodStart : null,
        CancelAtPeriodEnd = CancelAtPeriodEnd,
        EndedAt = EndedAt,
        CustomerId = Status is ProviderSubscriptionStatus.Open ? null : CustomerId,
        Invoices = Invoices,
    };

    /// <summary>An invoice as a payment that nobody had to come to a page for.</summary>
    public SimulatedCheckout ToCheckout(ProviderInvoice invoice) => new(
        new CheckoutRequest
        {
            PurchaseId = Guid.CreateVersion7(new DateTimeOffset(invoice.CreatedAt)),
            Title = invoice.IsPeriod ? Plan.Name : $"{Plan.Name}: upgrade",
            Price = invoice.Total,
            SuccessUrl = Request.SuccessUrl,
            CancelUrl = Request.CancelUrl,
            CustomerId = CustomerId,
        },
        invoice.Id,
        invoice.CreatedAt)
    {
        Status = PaymentStatus.Paid,
        IsInvoice = true,
    };
}
