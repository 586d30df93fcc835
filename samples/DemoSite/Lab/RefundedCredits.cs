namespace AiCredits.DemoSite.Lab;

/// <summary>What was given back.</summary>
/// <param name="Refunded">How much.</param>
/// <param name="Repeated">True when this is the answer to an earlier request: nothing was given back again.</param>
internal sealed record RefundedCredits(Credits Refunded, bool Repeated);
