namespace AiCredits.Purchases;

/// <summary>The answer to a <see cref="RefundOrder"/>.</summary>
public abstract record RefundOrderResult
{
    private RefundOrderResult()
    {
    }

    /// <summary>The provider has taken the refund; the credits follow what it says.</summary>
    /// <param name="Purchase">How the purchase stands now.</param>
    /// <param name="Amount">How much this order refunds, in the currency that was paid.</param>
    /// <param name="Replayed">True when it was ordered before under its key.</param>
    public sealed record Done(Purchase Purchase, decimal Amount, bool Replayed) : RefundOrderResult;

    /// <summary>There is no such purchase.</summary>
    public sealed record NotFound : RefundOrderResult;

    /// <summary>The purchase was not paid, or that much is not left; nothing changed.</summary>
    /// <param name="Refundable">What can be refunded.</param>
    public sealed record TooMuch(decimal Refundable) : RefundOrderResult;

    /// <summary>Another provider than the app's took the money, and only there it can be given back; nothing changed.</summary>
    /// <param name="Provider">That provider's name.</param>
    public sealed record OtherProvider(string Provider) : RefundOrderResult;

    /// <summary>The key was used for another amount; nothing changed.</summary>
    public sealed record KeyConflict : RefundOrderResult;

    /// <summary>
    /// An order under this key was broken off so long ago that asking the provider again could refund twice; nothing
    /// changed. Look at the payment there; if the refund isn't, order it under a new key.
    /// </summary>
    /// <param name="Refund">That order.</param>
    public sealed record Unknown(OrderedRefund Refund) : RefundOrderResult;
}
