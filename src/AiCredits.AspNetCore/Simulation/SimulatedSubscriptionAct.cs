namespace AiCredits.AspNetCore.Simulation;

/// <summary>What can be done on the page of a simulated subscription.</summary>
internal enum SimulatedSubscriptionAct
{
    Subscribe,
    Decline,
    Close,
    Renew,
    DeclineRenewal,
    PayOverdue,
    Cancel,
    Reactivate,
    Pause,
    Resume,
    End,
}
