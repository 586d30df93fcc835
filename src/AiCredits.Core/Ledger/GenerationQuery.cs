namespace AiCredits.Ledger;

/// <summary>Asks for an account's generations, newest first: running, finished, and those of guests it has claimed.</summary>
/// <param name="Account">The account.</param>
public sealed record GenerationQuery(AccountId Account)
{
    /// <summary>Only generations before this one: the last of the page before. Ids are time-ordered, and so is the list.</summary>
    public Guid? Before { get; init; }

    /// <summary>Only those of this member of a shared account; null for all.</summary>
    public string? Member { get; init; }

    /// <summary>How many at the most, 1 to 1,000.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Throws <see cref="ArgumentException"/> when the query can't be answered.</summary>
    public void Validate()
    {
        if (Limit is < 1 or > 1_000)
        {
            throw new ArgumentException($"The limit is {Limit}. Use 1 to 1,000.");
        }
    }
}
