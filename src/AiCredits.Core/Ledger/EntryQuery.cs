namespace AiCredits.Ledger;

/// <summary>Asks for a page of an account's history, newest first.</summary>
/// <param name="Account">The account.</param>
public sealed record EntryQuery(AccountId Account)
{
    /// <summary>Only these kinds; empty for all.</summary>
    public IReadOnlyList<EntryKind> Kinds { get; init; } = [];

    /// <summary>Only entries before this sequence number: the last one of the page before.</summary>
    public long? Before { get; init; }

    /// <summary>Only entries from this time on (UTC).</summary>
    public DateTime? From { get; init; }

    /// <summary>Only entries before this time (UTC).</summary>
    public DateTime? To { get; init; }

    /// <summary>How many at the most, 1 to 1,000.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Throws <see cref="ArgumentException"/> when the query can't be answered.</summary>
    public void Validate()
    {
        if (Limit is < 1 or > 1_000)
        {
            throw new ArgumentException($"The limit is {Limit}. Use 1 to 1,000.");
        }

        if (From is { Kind: not DateTimeKind.Utc } || To is { Kind: not DateTimeKind.Utc })
        {
            throw new ArgumentException("The times of a query must be UTC. Convert them with ToUniversalTime().");
        }
    }
}
