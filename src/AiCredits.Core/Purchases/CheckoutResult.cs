namespace AiCredits.Purchases;

/// <summary>The answer to a <see cref="CheckoutOrder"/>.</summary>
public abstract record CheckoutResult
{
    private CheckoutResult()
    {
    }

    /// <summary>The buyer can pay.</summary>
    /// <param name="Purchase">The purchase.</param>
    /// <param name="Url">Where to.</param>
    public sealed record Opened(Purchase Purchase, Uri Url) : CheckoutResult;

    /// <summary>There is no such pack on offer; nothing was kept.</summary>
    public sealed record UnknownPack : CheckoutResult;

    /// <summary>The <see cref="IPurchasePolicy"/> doesn't let the account buy; nothing was kept.</summary>
    /// <param name="Reason">Why, for the buyer.</param>
    public sealed record Refused(string Reason) : CheckoutResult;

    /// <summary>The key was used for another pack; nothing changed.</summary>
    public sealed record KeyConflict : CheckoutResult;

    /// <summary>The purchase of this key has been paid or has ended; a new purchase needs a new key.</summary>
    /// <param name="Purchase">How it stands.</param>
    public sealed record Over(Purchase Purchase) : CheckoutResult;
}
