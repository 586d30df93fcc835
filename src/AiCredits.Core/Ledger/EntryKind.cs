namespace AiCredits.Ledger;

/// <summary>What an entry records. The numbers are stored and hashed: never renumber one.</summary>
public enum EntryKind
{
    /// <summary>Credits came in: issued and available.</summary>
    Grant = 1,

    /// <summary>Credits were set aside for a generation: available to held.</summary>
    Hold = 2,

    /// <summary>Held credits were taken: held to spent.</summary>
    Capture = 3,

    /// <summary>Held credits went back to the grants they came from: held to available.</summary>
    Release = 4,

    /// <summary>A grant reached its end: available to expired.</summary>
    Expire = 5,

    /// <summary>Credits were taken back: available to revoked; what was spent already became debt.</summary>
    Revoke = 6,

    /// <summary>Available credits paid off debt: available to revoked.</summary>
    Repay = 7,

    /// <summary>Spent credits were given back to the grants they came from: spent to available.</summary>
    Refund = 8,

    /// <summary>The account was closed to new holds. Moves nothing.</summary>
    Freeze = 9,

    /// <summary>The account was opened to new holds again. Moves nothing.</summary>
    Unfreeze = 10,

    /// <summary>The lease of a hold was extended. Moves nothing.</summary>
    Renew = 11,

    /// <summary>A grant was agreed that becomes effective later. Moves nothing yet.</summary>
    Schedule = 12,

    /// <summary>A member was added, changed or removed. Moves nothing.</summary>
    Member = 13,

    /// <summary>Credits left for another account: available to revoked.</summary>
    Transfer = 14,
}
