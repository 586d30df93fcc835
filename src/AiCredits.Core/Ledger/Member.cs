namespace AiCredits.Ledger;

/// <summary>Somebody who spends from a shared account, and how much of it in the day and the month at hand.</summary>
/// <remarks>
/// What is used is what holds have set aside and captures have taken, less what went back. It counts in the day and the
/// month in which the hold was made.
/// </remarks>
public sealed record Member
{
    /// <summary>The longest id, in characters.</summary>
    public const int MaxIdLength = 128;

    /// <summary>The member's id, unique within the account: usually the user's id.</summary>
    public required string Id { get; init; }

    /// <summary>The most in a UTC day; null for no cap.</summary>
    public Credits? DailyCap { get; init; }

    /// <summary>The most in a month; null for no cap.</summary>
    public Credits? MonthlyCap { get; init; }

    /// <summary>A time (UTC) at which a billing cycle began: months run from its day and time. Null for calendar months in UTC.</summary>
    public DateTime? CycleAnchor { get; init; }

    /// <summary>True when the member may not spend any more.</summary>
    public bool Removed { get; init; }

    /// <summary>Used in the day that <see cref="DayEndsAt"/> ends.</summary>
    public Credits UsedInDay { get; init; }

    /// <summary>The first entry that counts in that day.</summary>
    public long DayFrom { get; init; }

    /// <summary>When the day ends (UTC).</summary>
    public DateTime DayEndsAt { get; init; } = DateTime.UnixEpoch;

    /// <summary>Used in the month that <see cref="MonthEndsAt"/> ends.</summary>
    public Credits UsedInMonth { get; init; }

    /// <summary>The first entry that counts in that month.</summary>
    public long MonthFrom { get; init; }

    /// <summary>When the month ends (UTC).</summary>
    public DateTime MonthEndsAt { get; init; } = DateTime.UnixEpoch;

    /// <summary>The member as of a later time: what was used in a day or month that is over counts no more.</summary>
    public Member AsOf(DateTime now) => this with
    {
        UsedInDay = DayEndsAt <= now ? Credits.Zero : UsedInDay,
        DayEndsAt = DayEndsAt <= now ? MemberWindows.DayEnd(now) : DayEndsAt,
        UsedInMonth = MonthEndsAt <= now ? Credits.Zero : UsedInMonth,
        MonthEndsAt = MonthEndsAt <= now ? MemberWindows.MonthEnd(CycleAnchor, now) : MonthEndsAt,
    };
}
