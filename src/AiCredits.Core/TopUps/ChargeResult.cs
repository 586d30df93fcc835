namespace AiCredits.TopUps;

/// <summary>What became of a charge.</summary>
public abstract record ChargeResult
{
    private ChargeResult()
    {
    }

    /// <summary>The money is taken, or on its way: how it stands is asked by this id.</summary>
    /// <param name="PaymentId">The provider's id of the payment.</param>
    public sealed record Taken(string PaymentId) : ChargeResult;

    /// <summary>The card was declined; nothing was taken.</summary>
    /// <param name="Reason">Why, for people; null when nobody knows.</param>
    public sealed record Declined(string? Reason) : ChargeResult;

    /// <summary>The bank wants the owner to confirm; nothing was taken.</summary>
    public sealed record AuthenticationRequired : ChargeResult;
}
