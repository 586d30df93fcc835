using AiCredits.Ledger;

namespace AiCredits.Reliability.Simulation;

/// <summary>What a client wants done once, however often it has to ask.</summary>
internal sealed class Errand(LedgerCommand command)
{
    /// <summary>The command as it is sent next.</summary>
    public LedgerCommand Command { get; set; } = command;

    /// <summary>The answers still waited for: one, or two when the client was impatient.</summary>
    public List<(SimulatedProcess Process, Task<LedgerResult> Answer)> Asked { get; } = [];

    /// <summary>The first answer; null until there was one.</summary>
    public LedgerResult? Answer { get; set; }

    /// <summary>True when the database refused the command as such.</summary>
    public bool Refused { get; set; }

    /// <summary>True when an answer got lost, so that nobody knows whether the command has acted since the last one.</summary>
    public bool Lost { get; set; }

    /// <summary>True when the answer tells of something that was done.</summary>
    public bool Acted => HasActed(Answer);

    public bool IsOver => Refused || Acted || (Answer is not null && !Lost);

    public static bool HasActed(LedgerResult? answer) => answer is HoldResult.Held or SettleResult.Settled or GrantResult.Granted or RefundResult.Done;
}
