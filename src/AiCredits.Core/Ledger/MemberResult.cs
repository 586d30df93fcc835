namespace AiCredits.Ledger;

/// <summary>The answer to a <see cref="MemberCommand"/>.</summary>
public abstract record MemberResult : LedgerResult
{
    private MemberResult()
    {
    }

    /// <summary>The member is as asked for. For a replay, as the member is now.</summary>
    /// <param name="Member">The member.</param>
    public sealed record Done(Member Member) : MemberResult;

    /// <summary>There is no such member to remove; nothing changed.</summary>
    public sealed record NotFound : MemberResult;

    /// <summary>The key was used for another request; nothing changed.</summary>
    /// <param name="ConflictingKey">The key.</param>
    public sealed record KeyConflict(string ConflictingKey) : MemberResult;
}
