using AiCredits.Ledger;

namespace AiCredits.Integrity;

/// <summary>Proves an account's members: their caps from their entries, what they have used from holds and generations, and those from the entries of the holds.</summary>
internal sealed class MemberProof(AccountArchive archive, FaultList faults)
{
    private readonly Dictionary<string, string> terms = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, string?> members = [];
    private readonly Dictionary<string, (Credits Day, Credits Month)> used = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Member> known = archive.Members.ToDictionary(member => member.Id, StringComparer.Ordinal);

    public void Read(Entry entry)
    {
        if (entry is { Kind: EntryKind.Hold, HoldId: { } holdId })
        {
            // Later ones add to the hold of the first.
            members.TryAdd(holdId, MemberTerms.MemberOf(entry.Actor));
        }
        else if (entry.Kind == EntryKind.Member)
        {
            var id = MemberTerms.IdOf(entry.Reference);
            faults.Expect(id is not null, IntegrityRule.Member, $"entry {entry.Sequence} says nothing of a member that can be read");
            terms[id ?? ""] = entry.Reference ?? "";
        }
    }

    public void Read(Hold hold) => Count(hold.Id, hold.Generation.Member, hold.EntrySequence, hold.Amount + hold.Captured);

    public void Read(Generation generation) =>
        Count(generation.Id, generation.Start.Member, generation.FirstEntry, generation.Status == GenerationStatus.Refunded ? Credits.Zero : generation.Charged);

    public void Compare()
    {
        foreach (var member in archive.Members)
        {
            faults.Expect(
                terms.Remove(member.Id, out var agreed) && agreed == MemberTerms.Write(member),
                IntegrityRule.Member,
                $"member '{member.Id}' says {MemberTerms.Write(member)}; the last entry says {agreed ?? "nothing"}");
            var (day, month) = used.GetValueOrDefault(member.Id);
            faults.Expect(
                member.UsedInDay == day && member.UsedInMonth == month,
                IntegrityRule.Member,
                $"member '{member.Id}' says {member.UsedInDay} used in the day and {member.UsedInMonth} in the month; the generations sum to {day} and {month}");
        }

        foreach (var missing in terms.Keys)
        {
            faults.Expect(false, IntegrityRule.Member, $"the entries name member '{missing}', who is missing");
        }
    }

    private void Count(Guid id, string? member, long firstEntry, Credits net)
    {
        faults.Expect(
            member == members.GetValueOrDefault(id),
            IntegrityRule.Member,
            $"generation {id} says it is for member '{member}'; its entry says '{members.GetValueOrDefault(id)}'");
        if (member is null || !known.TryGetValue(member, out var row))
        {
            faults.Expect(member is null, IntegrityRule.Member, $"generation {id} is for member '{member}', who is missing");
            return;
        }

        var (day, month) = used.GetValueOrDefault(member);
        used[member] = (firstEntry >= row.DayFrom ? day + net : day, firstEntry >= row.MonthFrom ? month + net : month);
    }
}
