using System.Text.Json.Serialization;
using AiCredits.Ledger;

namespace AiCredits.AspNetCore.Teams;

/// <summary>A member of a shared account, with the caps and what of them is used.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record MemberItem(
    string Id,
    decimal? DailyCap,
    decimal UsedToday,
    DateTime DayEndsAt,
    decimal? MonthlyCap,
    decimal UsedThisMonth,
    DateTime MonthEndsAt,
    DateTime? CycleAnchor)
{
    public static MemberItem From(Member member) => new(
        member.Id,
        member.DailyCap?.ToDecimal(),
        member.UsedInDay.ToDecimal(),
        member.DayEndsAt,
        member.MonthlyCap?.ToDecimal(),
        member.UsedInMonth.ToDecimal(),
        member.MonthEndsAt,
        member.CycleAnchor);
}
