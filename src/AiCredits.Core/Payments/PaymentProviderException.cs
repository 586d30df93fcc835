namespace AiCredits.Payments;

/// <summary>A payment provider can't be reached, or refuses what it was asked. No purchase is lost by it: asking again is safe.</summary>
public sealed class PaymentProviderException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong and what to do; holds no secret.</param>
    /// <param name="innerException">The provider's own error.</param>
    public PaymentProviderException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>True when the same request may succeed later: an outage, a time-out, too many requests.</summary>
    public bool IsTransient { get; init; }
}
