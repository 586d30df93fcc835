namespace AiCredits.Ledger;

/// <summary>What a capture of more than is held does.</summary>
public enum OverrunPolicy
{
    /// <summary>Takes what is held and no more.</summary>
    Cap = 0,

    /// <summary>Takes the rest from what is available, if all of it is there; otherwise as <see cref="Cap"/>.</summary>
    Extra = 1,
}
