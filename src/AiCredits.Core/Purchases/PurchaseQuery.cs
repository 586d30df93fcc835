namespace AiCredits.Purchases;

/// <summary>Asks for an account's purchases, newest first.</summary>
/// <param name="Account">The account.</param>
public sealed record PurchaseQuery(AccountId Account)
{
    /// <summary>Only purchases before this one: the last of the page before. Ids are time-ordered, and so is the list.</summary>
    public Guid? Before { get; init; }

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
