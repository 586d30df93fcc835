using AiCredits.Guests;
using AiCredits.Ledger;

namespace AiCredits.Metering;

/// <summary>The answer to a <see cref="GenerationRequest"/>.</summary>
public abstract record Admission
{
    private Admission()
    {
    }

    /// <summary>Generate, then settle the ticket.</summary>
    /// <param name="Ticket">The ticket.</param>
    public sealed record Admitted(GenerationTicket Ticket) : Admission;

    /// <summary>The same id or key was admitted before: don't generate again.</summary>
    /// <param name="Ticket">The ticket of then.</param>
    /// <param name="Finished">How the generation ended; null while it runs.</param>
    public sealed record Replayed(GenerationTicket Ticket, Generation? Finished) : Admission;

    /// <summary>The account has too few credits.</summary>
    /// <param name="Required">What it costs.</param>
    /// <param name="Available">What can be spent on it.</param>
    /// <param name="Held">What is set aside for other generations.</param>
    /// <param name="Retryable">True when it could succeed once running generations give their credits back.</param>
    public sealed record InsufficientCredits(Credits Required, Credits Available, Credits Held, bool Retryable) : Admission;

    /// <summary>The guest has too few uses left.</summary>
    /// <param name="Usage">What is left and when more come back.</param>
    public sealed record GuestLimitReached(GuestUsage Usage) : Admission;

    /// <summary>Guests may not generate here.</summary>
    public sealed record SignInRequired : Admission;

    /// <summary>The account is frozen.</summary>
    public sealed record AccountFrozen : Admission;

    /// <summary>The id or key was used for another request.</summary>
    /// <param name="Key">The id or key.</param>
    public sealed record KeyConflict(string Key) : Admission;
}
