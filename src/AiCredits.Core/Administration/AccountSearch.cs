namespace AiCredits.Administration;

/// <summary>Asks for accounts in the order of their ids.</summary>
public sealed record AccountSearch
{
    /// <summary>Only ids that start like this, in this case; null or empty for all.</summary>
    public string? Prefix { get; init; }

    /// <summary>Only ids after this one: the last of the page before.</summary>
    public AccountId? After { get; init; }

    /// <summary>How many at the most, 1 to 1,000.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Throws <see cref="ArgumentException"/> when the search can't be answered.</summary>
    public void Validate()
    {
        if (Limit is < 1 or > 1_000)
        {
            throw new ArgumentException($"The limit is {Limit}. Use 1 to 1,000.");
        }

        Text.EnsureFreeText(Prefix, AccountId.MaxLength, "start of the account id");
    }
}
