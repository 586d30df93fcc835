namespace AiCredits.Plans;

/// <summary>Somebody wants to subscribe.</summary>
/// <param name="Account">Who.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="ReturnUrl">Makes the absolute address to come back to, from the subscription's id and whether it was paid.</param>
public sealed record SubscribeOrder(AccountId Account, string PlanId, Func<Guid, bool, Uri> ReturnUrl)
{
    /// <summary>How many seats; null for the fewest that the plan has.</summary>
    public int? Seats { get; init; }

    /// <summary>The subscriber's address for the receipt, if known.</summary>
    public string? Email { get; init; }
}
