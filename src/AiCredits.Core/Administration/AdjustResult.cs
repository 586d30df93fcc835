namespace AiCredits.Administration;

/// <summary>The answer to an adjustment.</summary>
public abstract record AdjustResult
{
    private AdjustResult()
    {
    }

    /// <summary>The balance is adjusted.</summary>
    /// <param name="Amount">By how much: below zero when credits were taken.</param>
    /// <param name="AvailableAfter">What can be spent.</param>
    /// <param name="Replayed">True when the act was done before under its key.</param>
    public sealed record Done(Credits Amount, Credits AvailableAfter, bool Replayed) : AdjustResult;

    /// <summary>There is less to take than was asked for.</summary>
    /// <param name="Available">What can be taken.</param>
    /// <param name="Taken">What this act has taken already: zero, unless something else spent at the same moment.</param>
    public sealed record TooMuch(Credits Available, Credits Taken) : AdjustResult;

    /// <summary>The key was used for another act; nothing changed.</summary>
    public sealed record KeyConflict : AdjustResult;
}
