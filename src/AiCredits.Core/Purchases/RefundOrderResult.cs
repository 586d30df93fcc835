namespace AiCredits.Purchases;

/// <summary>The answer to a <see cref="RefundOrder"/>.</summary>
public abstract record RefundOrderResult
{
    private RefundOrderResult()
    {
    }

    /// <summary>The provider has taken the refund; the credits follow what it says.</summary>
    /// <param name="Purchase">How the purchase stands now.</param>
    public sealed record Done(Purchase Purchase) : RefundOrderResult;

    /// <summary>There is no such purchase.</summary>
    public sealed record NotFound : RefundOrderResult;

    /// <summary>The purchase was not paid, or that much is not left; nothing changed.</summary>
    /// <param name="Refundable">What can be refunded.</param>
    public sealed record TooMuch(decimal Refundable) : RefundOrderResult;
}
