using AiCredits.Plans;

namespace AiCredits.Payments;

/// <summary>What a webhook turned out to be.</summary>
public abstract record WebhookResult
{
    private WebhookResult()
    {
    }

    /// <summary>It is the provider's, and something happened to a payment. Answer 200 once that payment has been looked at.</summary>
    /// <param name="Event">What it points at.</param>
    public sealed record Accepted(PaymentEvent Event) : WebhookResult;

    /// <summary>It is the provider's, and something happened to a subscription. Answer 200 once that has been looked at.</summary>
    /// <param name="Event">What it points at.</param>
    public sealed record SubscriptionChanged(SubscriptionEvent Event) : WebhookResult;

    /// <summary>It is the provider's, but about nothing that matters here. Answer 200, or it comes again.</summary>
    /// <param name="Type">The provider's word for what happened.</param>
    public sealed record Ignored(string Type) : WebhookResult;

    /// <summary>It is not the provider's, or not whole. Answer 400 and do nothing.</summary>
    /// <param name="Reason">Why, for the log: it holds nothing of the webhook's content.</param>
    public sealed record Rejected(string Reason) : WebhookResult;
}
