namespace AiCredits.Payments;

/// <summary>Whether a payment is paid.</summary>
public enum PaymentStatus
{
    /// <summary>The buyer has not paid yet and still can.</summary>
    Open = 0,

    /// <summary>The buyer has paid by a delayed method; the money is on its way, or not.</summary>
    Processing = 1,

    /// <summary>The money is here, or a promotion left nothing to pay. Refunds and disputes don't change that: see their amounts.</summary>
    Paid = 2,

    /// <summary>A delayed payment did not arrive, or was cancelled. It stays so.</summary>
    Failed = 3,

    /// <summary>The checkout ended without a payment. It stays so.</summary>
    Expired = 4,
}
