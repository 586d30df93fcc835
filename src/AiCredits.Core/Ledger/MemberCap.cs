namespace AiCredits.Ledger;

/// <summary>Which cap of a member. The numbers are stored.</summary>
public enum MemberCap
{
    /// <summary>The cap of a day.</summary>
    Day = 1,

    /// <summary>The cap of a month.</summary>
    Month = 2,
}
