namespace AiCredits.Purchases;

/// <summary>Where a purchase stands. The numbers are stored: never renumber one.</summary>
public enum PurchaseStatus
{
    /// <summary>Nothing is paid yet, or the money of a delayed method is on its way.</summary>
    Pending = 1,

    /// <summary>Paid, and not delivered: for the moment until it is, or because something doesn't fit (<see cref="Purchase.Fault"/>).</summary>
    Paid = 2,

    /// <summary>Paid, and the buyer has the credits.</summary>
    Delivered = 3,

    /// <summary>A part of the money went back to the buyer, and that share of the credits was taken back.</summary>
    PartlyRefunded = 4,

    /// <summary>All of the money went back to the buyer, by refunds or by a lost dispute, and the credits were taken back.</summary>
    Refunded = 5,

    /// <summary>The buyer's bank disputes the payment; what was left of the credits is taken until that is decided.</summary>
    Disputed = 6,

    /// <summary>A delayed payment did not arrive, or the provider refused the checkout. Final.</summary>
    Failed = 7,

    /// <summary>The checkout ended without a payment. Final.</summary>
    Expired = 8,
}
