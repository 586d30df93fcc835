namespace AiCredits.AspNetCore.Simulation;

/// <summary>What can be done on the simulated checkout page.</summary>
internal enum SimulatedAct
{
    Pay,
    PayLater,
    Decline,
    Close,
    Arrive,
    Bounce,
    RefundHalf,
    RefundAll,
    Dispute,
    WinDispute,
    LoseDispute,
}
