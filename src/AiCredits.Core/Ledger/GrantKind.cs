namespace AiCredits.Ledger;

/// <summary>Where granted credits come from. The numbers are stored and hashed: never renumber one.</summary>
public enum GrantKind
{
    /// <summary>Given once to a new account.</summary>
    Welcome = 1,

    /// <summary>Bought. The only kind that counts as paid.</summary>
    Purchase = 2,

    /// <summary>Given for free on top of a purchase.</summary>
    Bonus = 3,

    /// <summary>Given by a plan for one period.</summary>
    Plan = 4,

    /// <summary>A promotion, a code or a referral.</summary>
    Promotion = 5,

    /// <summary>Given by an admin, with a reason.</summary>
    Adjustment = 6,

    /// <summary>Given to make good for something that went wrong.</summary>
    Compensation = 7,

    /// <summary>Moved here from another account.</summary>
    Transfer = 8,
}
