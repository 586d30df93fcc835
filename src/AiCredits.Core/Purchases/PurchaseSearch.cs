namespace AiCredits.Purchases;

/// <summary>Asks for the purchases of all accounts, newest first.</summary>
public sealed record PurchaseSearch
{
    /// <summary>Where a purchase stands that a person should look at: paid and not delivered, or disputed.</summary>
    public static IReadOnlyList<PurchaseStatus> NeedAttention { get; } = [PurchaseStatus.Paid, PurchaseStatus.Disputed];

    /// <summary>Only this account's; null for all.</summary>
    public AccountId? Account { get; init; }

    /// <summary>Only those that stand so; empty for all.</summary>
    public IReadOnlyList<PurchaseStatus> Statuses { get; init; } = [];

    /// <summary>Only those begun then or later (UTC); null for all.</summary>
    public DateTime? From { get; init; }

    /// <summary>Only those begun before (UTC); null for all.</summary>
    public DateTime? To { get; init; }

    /// <summary>Only purchases before this one: the last of the page before. Ids are time-ordered, and so is the list.</summary>
    public Guid? Before { get; init; }

    /// <summary>How many at the most, 1 to 1,000.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Throws <see cref="ArgumentException"/> when the search can't be answered.</summary>
    public void Validate()
    {
        if (Limit is < 1 or > 1_000)
        {
            throw new ArgumentException($"The limit is {Limit}. Use 1 to 1,000.");
        }
    }
}
