namespace AiCredits.Plans;

/// <summary>The answer to a wish to change a subscription.</summary>
public abstract record PlanChangeResult
{
    private PlanChangeResult()
    {
    }

    /// <summary>It is done; <see cref="Subscription.NextPlan"/> tells what is in force only from the next period on.</summary>
    /// <param name="Subscription">How it stands.</param>
    public sealed record Done(Subscription Subscription) : PlanChangeResult;

    /// <summary>The account has no subscription in force; nothing changed.</summary>
    public sealed record NotSubscribed : PlanChangeResult;

    /// <summary>There is no such plan on offer; nothing changed.</summary>
    public sealed record UnknownPlan : PlanChangeResult;

    /// <summary>The plan doesn't have that many seats; nothing changed.</summary>
    /// <param name="Minimum">The fewest.</param>
    /// <param name="Maximum">The most.</param>
    public sealed record BadSeats(int Minimum, int Maximum) : PlanChangeResult;

    /// <summary>Not in this state, or not to that plan; nothing changed.</summary>
    /// <param name="Reason">Why and what to do, for people.</param>
    public sealed record NotPossible(string Reason) : PlanChangeResult;
}
