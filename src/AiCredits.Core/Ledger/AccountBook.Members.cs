namespace AiCredits.Ledger;

/// <summary>Members of a shared account: what each may spend is decided under the account's lock, like all else.</summary>
public sealed partial class AccountBook
{
    private Dictionary<string, Member>? changedMembers;

    private Member? FindMember(string id) => changedMembers is not null && changedMembers.TryGetValue(id, out var changed) ? changed : history.FindMember(id);

    private Member Change(Member member) => (changedMembers ??= new(StringComparer.Ordinal))[member.Id] = member;

    private MemberResult Apply(MemberCommand command, DateTime now)
    {
        var requestHash = command.HashRequest();
        if (FindEntry(command.Key!) is { } earlier)
        {
            return earlier.RequestHash == requestHash && FindMember(command.Member) is { } known
                ? new MemberResult.Done(known) { Replayed = true }
                : new MemberResult.KeyConflict(command.Key!);
        }

        if (FindRefusal(command.Key!) is not null)
        {
            return new MemberResult.KeyConflict(command.Key!);
        }

        var before = FindMember(command.Member);
        if (command.Remove && (before is null || before.Removed))
        {
            return new MemberResult.NotFound();
        }

        // Whoever is removed keeps the caps, in the history and for coming back.
        var anchor = Cut(command.CycleAnchor);
        var member = (before ?? new Member { Id = command.Member }) with { Removed = command.Remove };
        if (!command.Remove)
        {
            var sameCycle = before is not null && before.CycleAnchor == anchor;
            member = member with
            {
                DailyCap = command.DailyCap,
                MonthlyCap = command.MonthlyCap,
                CycleAnchor = anchor,
                UsedInMonth = sameCycle ? member.UsedInMonth : Credits.Zero,
                MonthFrom = sameCycle ? member.MonthFrom : sequence + 1,
                MonthEndsAt = sameCycle ? member.MonthEndsAt : MemberWindows.MonthEnd(anchor, now),
            };
        }

        Append(Draft(EntryKind.Member, now, Credits.Zero) with
        {
            Key = command.Key,
            RequestHash = requestHash,
            Description = command.Description,
            Actor = command.Actor,
            Reference = MemberTerms.Write(member),
        });
        return new MemberResult.Done(Change(member));
    }

    /// <summary>What stands against a hold for a member; null when nothing does. Writes nothing.</summary>
    private HoldResult? RefuseMember(HoldCommand command, DateTime now)
    {
        if (command.Member is not { } id)
        {
            return null;
        }

        if (FindMember(id) is not { Removed: false } member)
        {
            return new HoldResult.NotAMember(id);
        }

        var current = member.AsOf(now);
        return CapBelow(current, command.Amount) is { } cap ? CapReached(current, cap, command.Amount) : null;
    }

    // The tighter one of the two; of caps that leave the same, the one that takes longer to come back.
    private static MemberCap? CapBelow(Member current, Credits amount)
    {
        var day = current.DailyCap - current.UsedInDay;
        var month = current.MonthlyCap - current.UsedInMonth;
        return month < amount && !(day < month) ? MemberCap.Month
            : day < amount ? MemberCap.Day
            : null;
    }

    private static HoldResult.MemberCapReached CapReached(Member current, MemberCap cap, Credits amount) => cap == MemberCap.Day
        ? new HoldResult.MemberCapReached(current.Id, cap, amount, current.DailyCap!.Value, current.UsedInDay, current.DayEndsAt)
        : new HoldResult.MemberCapReached(current.Id, cap, amount, current.MonthlyCap!.Value, current.UsedInMonth, current.MonthEndsAt);

    /// <summary>Counts a hold that is about to be written as the next entry.</summary>
    private void CountForMember(string? id, Credits amount, DateTime now)
    {
        if (id is null || FindMember(id) is not { } member)
        {
            return;
        }

        var current = member.AsOf(now);
        Change(current with
        {
            UsedInDay = current.UsedInDay + amount,
            DayFrom = member.DayEndsAt <= now ? sequence + 1 : member.DayFrom,
            UsedInMonth = current.UsedInMonth + amount,
            MonthFrom = member.MonthEndsAt <= now ? sequence + 1 : member.MonthFrom,
        });
    }

    /// <summary>Corrects what a member has used by what a hold took more (or, below zero, gave back), in the day and the month of the hold.</summary>
    private void CorrectMember(string? id, long holdEntry, Credits more)
    {
        if (id is null || more.IsZero || FindMember(id) is not { } member)
        {
            return;
        }

        Change(member with
        {
            UsedInDay = holdEntry >= member.DayFrom ? member.UsedInDay + more : member.UsedInDay,
            UsedInMonth = holdEntry >= member.MonthFrom ? member.UsedInMonth + more : member.UsedInMonth,
        });
    }

    /// <summary>True when the caps of the hold's member leave room for more.</summary>
    private bool MemberMayUse(Hold hold, Credits more, DateTime now) =>
        hold.Generation.Member is not { } id || FindMember(id) is not { } member || CapBelow(member.AsOf(now), more) is null;
}
