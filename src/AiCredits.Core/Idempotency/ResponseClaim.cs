namespace AiCredits.Idempotency;

/// <summary>The answer to a request that wants to run under an idempotency key.</summary>
public abstract record ResponseClaim
{
    private ResponseClaim()
    {
    }

    /// <summary>This is the first request with the key: run it, then complete or abandon it.</summary>
    public sealed record First : ResponseClaim;

    /// <summary>The first request still runs.</summary>
    public sealed record Running : ResponseClaim;

    /// <summary>The first request has been answered.</summary>
    /// <param name="Response">Its answer.</param>
    public sealed record Answered(StoredResponse Response) : ResponseClaim;

    /// <summary>The key was used for another request.</summary>
    public sealed record Conflict : ResponseClaim;
}
