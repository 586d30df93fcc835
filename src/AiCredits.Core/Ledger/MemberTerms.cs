using System.Globalization;

namespace AiCredits.Ledger;

/// <summary>
/// What a member's entry says, as one line in <see cref="Entry.Reference"/>, so that the hash covers it: caps in millionths,
/// the cycle in microseconds, and the id last, since it may hold any character.
/// </summary>
internal static class MemberTerms
{
    private const string Actor = "member:";

    public static string Write(Member member) => string.Create(
        CultureInfo.InvariantCulture,
        $"day={member.DailyCap?.Millionths};month={member.MonthlyCap?.Millionths};cycle={(member.CycleAnchor is { } anchor ? UtcMicroseconds.From(anchor) : null)};removed={(member.Removed ? 1 : 0)};member={member.Id}");

    /// <summary>The id in a line of <see cref="Write"/>; null when it is none.</summary>
    public static string? IdOf(string? terms) => terms?.IndexOf(";member=", StringComparison.Ordinal) is >= 0 and var at ? terms[(at + 8)..] : null;

    /// <summary>How the entry of a hold names the member that it counts for.</summary>
    public static string ActorOf(string member) => Actor + member;

    /// <summary>The member that an entry's actor names; null when it names somebody else.</summary>
    public static string? MemberOf(string? actor) => actor?.StartsWith(Actor, StringComparison.Ordinal) == true ? actor[Actor.Length..] : null;
}
