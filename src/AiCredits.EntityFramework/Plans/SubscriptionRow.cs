using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Plans;

namespace AiCredits.EntityFramework.Plans;

/// <summary>A row of ai_credits_subscription: what is looked for in columns, the whole of it as JSON.</summary>
internal sealed class SubscriptionRow : IVersionedRow
{
    public Guid SubscriptionId { get; set; }

    public required string AccountId { get; set; }

    /// <summary>The account while the subscription is open, and unique: an account has one at a time.</summary>
    public string? OpenAccountId { get; set; }

    public required string Provider { get; set; }

    public string? CheckoutId { get; set; }

    public string? ProviderId { get; set; }

    public SubscriptionState State { get; set; }

    public long? DueAt { get; set; }

    public string Body { get; set; } = "";

    public int Version { get; set; }

    /// <summary>Takes over everything but the version.</summary>
    public void Set(Subscription subscription)
    {
        OpenAccountId = subscription.IsOpen ? subscription.Account.Value : null;
        CheckoutId = subscription.CheckoutId;
        ProviderId = subscription.ProviderId;
        State = subscription.State;
        DueAt = Stored.Micros(subscription.DueAt);
        Body = StoredJson.Write(subscription);
    }

    public Subscription ToSubscription() => StoredJson.Read<Subscription>(Body) with { Version = Version };
}
