namespace AiCredits.Analytics;

/// <summary>What happened in a stretch of time. A generation counts when it ends, credits when they move.</summary>
public sealed record AnalyticsFigures
{
    /// <summary>Generations that ended, of accounts and of guests.</summary>
    public long Generations { get; init; }

    /// <summary>Those that delivered.</summary>
    public long Succeeded { get; init; }

    /// <summary>Those that did not: failed, rejected, timed out, given up, or settled by nobody.</summary>
    public long Failed => Generations - Succeeded;

    /// <summary>Those of guests.</summary>
    public long GuestGenerations { get; init; }

    /// <summary>Accounts with a generation that ended; null in a report by hours.</summary>
    public long? ActiveAccounts { get; init; }

    /// <summary>Generations of accounts for each active account; null where the accounts are not known or none.</summary>
    public double? GenerationsPerAccount => ActiveAccounts is > 0 and { } accounts ? (double)(Generations - GuestGenerations) / accounts : null;

    /// <summary>How long the generations that delivered took.</summary>
    public DurationFigures Duration { get; init; } = DurationFigures.None;

    /// <summary>Credits that generations took.</summary>
    public Credits Spent { get; init; }

    /// <summary>Of <see cref="Spent"/>, what was paid for with money.</summary>
    public Credits SpentPaid { get; init; }

    /// <summary>Of <see cref="Spent"/>, welcome credits.</summary>
    public Credits SpentWelcome { get; init; }

    /// <summary>Credits of generations that were given back.</summary>
    public Credits Refunded { get; init; }

    /// <summary>Credits granted, of every kind.</summary>
    public Credits Granted { get; init; }

    /// <summary>Of <see cref="Granted"/>, welcome credits.</summary>
    public Credits GrantedWelcome { get; init; }

    /// <summary>Of <see cref="Granted"/>, bought ones.</summary>
    public Credits GrantedPaid { get; init; }

    /// <summary>How often credits were bought.</summary>
    public long Purchases { get; init; }

    /// <summary>What the purchases that were paid brought, by currency, in the order of its code. Plans are billed at the provider and not among them.</summary>
    public IReadOnlyList<Revenue> Revenue { get; init; } = [];

    /// <summary>Credits that reached their end unspent.</summary>
    public Credits Expired { get; init; }

    /// <summary>Credits taken back, or used to pay off debt.</summary>
    public Credits Revoked { get; init; }

    /// <summary>Accounts that were opened.</summary>
    public long NewAccounts { get; init; }

    /// <summary>Accounts that bought credits for the first time.</summary>
    public long FirstPurchases { get; init; }

    /// <summary>Guests who generated for the first time.</summary>
    public long NewGuests { get; init; }

    /// <summary>Guests who signed up and took what they generated along.</summary>
    public long ClaimedGuests { get; init; }
}
