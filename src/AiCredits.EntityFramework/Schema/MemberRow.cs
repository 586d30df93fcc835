using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_member: somebody who spends from a shared account. Never deleted, so that who was removed stays in the proof.</summary>
internal sealed class MemberRow
{
    public required string AccountId { get; set; }

    public required string MemberId { get; set; }

    public long? DailyCap { get; set; }

    public long? MonthlyCap { get; set; }

    public long? CycleAnchor { get; set; }

    public bool Removed { get; set; }

    public long UsedInDay { get; set; }

    public long DayFrom { get; set; }

    public long DayEndsAt { get; set; }

    public long UsedInMonth { get; set; }

    public long MonthFrom { get; set; }

    public long MonthEndsAt { get; set; }

    public static MemberRow From(AccountId account, Member member) => new()
    {
        AccountId = account.Value,
        MemberId = member.Id,
        DailyCap = member.DailyCap?.Millionths,
        MonthlyCap = member.MonthlyCap?.Millionths,
        CycleAnchor = Stored.Micros(member.CycleAnchor),
        Removed = member.Removed,
        UsedInDay = member.UsedInDay.Millionths,
        DayFrom = member.DayFrom,
        DayEndsAt = Stored.Micros(member.DayEndsAt),
        UsedInMonth = member.UsedInMonth.Millionths,
        MonthFrom = member.MonthFrom,
        MonthEndsAt = Stored.Micros(member.MonthEndsAt),
    };

    public Member ToMember() => new()
    {
        Id = MemberId,
        DailyCap = CapOf(DailyCap),
        MonthlyCap = CapOf(MonthlyCap),
        CycleAnchor = Stored.Time(CycleAnchor),
        Removed = Removed,
        UsedInDay = Credits.FromMillionths(UsedInDay),
        DayFrom = DayFrom,
        DayEndsAt = Stored.Time(DayEndsAt),
        UsedInMonth = Credits.FromMillionths(UsedInMonth),
        MonthFrom = MonthFrom,
        MonthEndsAt = Stored.Time(MonthEndsAt),
    };

    private static Credits? CapOf(long? millionths) => millionths is { } cap ? Credits.FromMillionths(cap) : null;
}
