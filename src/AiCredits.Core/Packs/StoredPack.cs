namespace AiCredits.Packs;

/// <summary>A pack that is kept in the store and edited while the app runs.</summary>
public sealed record StoredPack
{
    /// <summary>The id by which it is bought; never changes.</summary>
    public required string Id { get; init; }

    /// <summary>Its name for people.</summary>
    public required string Name { get; init; }

    /// <summary>The price in <see cref="Currency"/>.</summary>
    public required decimal Price { get; init; }

    /// <summary>The ISO 4217 code in capitals.</summary>
    public required string Currency { get; init; }

    /// <summary>Credits in all, bonus included.</summary>
    public required Credits Credits { get; init; }

    /// <summary>How many of them are a bonus.</summary>
    public Credits BonusCredits { get; init; }

    /// <summary>True for the pack to highlight.</summary>
    public bool BestValue { get; init; }

    /// <summary>True when it is no longer on offer. Purchases that were begun before stay as agreed.</summary>
    public bool Retired { get; init; }

    /// <summary>Who changed it last.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>Why it was changed last.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was changed last (UTC).</summary>
    public DateTime ChangedAt { get; init; }

    /// <summary>How often it was written; an update must be one more than what is kept.</summary>
    public long Version { get; init; } = 1;

    /// <summary>Throws <see cref="ArgumentException"/> with the fault and the fix when it can't be sold.</summary>
    public void Validate()
    {
        Text.EnsureIdentifier(Name, 100, "name of the pack");
        if (Id is not { Length: > 0 and <= 100 } || !Id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or ':' or '/'))
        {
            throw new ArgumentException($"The pack has the id '{Id}'. Use 1 to 100 letters, digits, '-', '_', '.', ':' or '/'.");
        }

        if (Currency is not { Length: 3 } || !Currency.All(char.IsAsciiLetterUpper))
        {
            throw new ArgumentException($"The currency of pack '{Id}' is '{Currency}'. Use an ISO 4217 code in capitals, such as USD.");
        }

        if (Price <= 0 || Price > 1_000_000_000 || decimal.Round(Price, 6) != Price || Credits.Millionths is <= 0 or > Ledger.LedgerCommand.MaxAmountMillionths || BonusCredits.IsNegative || BonusCredits >= Credits)
        {
            throw new ArgumentException($"Pack '{Id}' costs {Price} for {Credits} credits of which {BonusCredits} are a bonus. Use a price and credits above 0, and a bonus below the credits.");
        }
    }
}
