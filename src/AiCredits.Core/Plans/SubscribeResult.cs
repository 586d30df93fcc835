namespace AiCredits.Plans;

/// <summary>The answer to <see cref="SubscriptionDesk.SubscribeAsync"/>.</summary>
public abstract record SubscribeResult
{
    private SubscribeResult()
    {
    }

    /// <summary>The subscriber can pay.</summary>
    /// <param name="Subscription">The subscription.</param>
    /// <param name="Url">Where to.</param>
    public sealed record Opened(Subscription Subscription, Uri Url) : SubscribeResult;

    /// <summary>There is no such plan on offer; nothing was kept.</summary>
    public sealed record UnknownPlan : SubscribeResult;

    /// <summary>The plan doesn't have that many seats; nothing was kept.</summary>
    /// <param name="Minimum">The fewest.</param>
    /// <param name="Maximum">The most.</param>
    public sealed record BadSeats(int Minimum, int Maximum) : SubscribeResult;

    /// <summary>The account is subscribed already: change that subscription instead.</summary>
    /// <param name="Subscription">How it stands.</param>
    public sealed record AlreadySubscribed(Subscription Subscription) : SubscribeResult;
}
