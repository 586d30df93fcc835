namespace AiCredits.Ledger;

/// <content>How holds end: captured, released, charged late.</content>
public sealed partial class AccountBook
{
    private SettleResult Apply(CaptureCommand command, DateTime now)
    {
        var requestHash = command.HashRequest();
        if (command.Key is { } key && FindEntry(key) is { } earlier)
        {
            var missed = Credits.Max((command.Amount ?? earlier.Amount) - earlier.Amount, Credits.Zero);
            return earlier.RequestHash != requestHash ? new SettleResult.KeyConflict(key)
                : command.Final && FindGeneration(command.HoldId) is { } settled ? Replay(settled) with { Uncovered = missed }
                : new SettleResult.Settled(command.HoldId, GenerationStatus.Running, earlier.Remainder + earlier.Amount, Credits.Zero, earlier.AvailableAfter, earlier.HeldAfter) { Replayed = true, Uncovered = missed };
        }

        if (command.Key is { } refused && FindRefusal(refused) is not null)
        {
            return new SettleResult.KeyConflict(refused);
        }

        if (!holds.TryGetValue(command.HoldId, out var hold))
        {
            return FindGeneration(command.HoldId) is not { } finished ? new SettleResult.NotFound()
                : finished.Status == GenerationStatus.Expired && !finished.Released.IsZero && command is { ChargeWhenExpired: true, Final: true } ? ChargeLate(command, finished, requestHash, now)
                : Replay(finished);
        }

        var wanted = command.Amount ?? hold.Amount;
        var uncovered = Credits.Max(wanted - hold.Amount, Credits.Zero);
        if (!uncovered.IsZero && command.Overrun == OverrunPolicy.Extra && SpendableOn(hold.Generation.Model, uncovered) >= uncovered && MemberMayUse(hold, uncovered, now))
        {
            hold = Grow(hold, uncovered, now);
            uncovered = Credits.Zero;
        }

        var taken = wanted - uncovered;
        var rest = command.Final ? hold.Amount - taken : Credits.Zero;
        var before = hold.Captured;
        if (!rest.IsZero)
        {
            GiveBack(hold, Last(hold.Slices, rest), now);
            hold = hold with { Amount = taken, Slices = First(hold.Slices, taken) };
        }

        var capture = Take(hold, taken, now, command.Key, requestHash, command.Final ? rest : before, command.Description, command.Actor);
        if (command.Final)
        {
            Finish(hold, GenerationStatus.Succeeded, command.End, before + taken, rest, capture);
        }
        else
        {
            Change(hold with { Amount = hold.Amount - taken, Captured = before + taken, Slices = Last(hold.Slices, hold.Amount - taken) });
        }

        return new SettleResult.Settled(hold.Id, command.Final ? GenerationStatus.Succeeded : GenerationStatus.Running, before + taken, rest, available, held) { Uncovered = uncovered };
    }

    private SettleResult Apply(ReleaseCommand command, DateTime now)
    {
        var requestHash = command.HashRequest();
        if (command.Key is { } key && (FindRefusal(key) is not null || (FindEntry(key) is { } earlier && earlier.RequestHash != requestHash)))
        {
            return new SettleResult.KeyConflict(key);
        }

        if (!holds.TryGetValue(command.HoldId, out var hold))
        {
            return FindGeneration(command.HoldId) is { } finished ? Replay(finished) : new SettleResult.NotFound();
        }

        var released = hold.Amount;
        var release = GiveBack(hold, hold.Slices, now, command.Key, requestHash, command.Description, command.Actor);
        var status = command.End.Outcome == GenerationOutcome.Succeeded || !hold.Captured.IsZero ? GenerationStatus.Succeeded : GenerationStatus.Failed;
        Finish(hold, status, command.End, hold.Captured, released, release);
        return new SettleResult.Settled(hold.Id, status, hold.Captured, released, available, held);
    }

    private SettleResult ChargeLate(CaptureCommand command, Generation finished, long requestHash, DateTime now)
    {
        // What is due is the part that had been captured from no one: the rest of the hold went back when it ended.
        var amount = command.Amount ?? finished.Released;
        var spendable = SpendableOn(finished.Start.Model, amount);
        if (spendable < amount)
        {
            return new SettleResult.Insufficient(amount, spendable);
        }

        var slices = PinFor(finished.Start.Model, amount);
        CorrectMember(finished.Start.Member, finished.FirstEntry, amount);
        Append(Draft(EntryKind.Hold, now, amount) with { HoldId = finished.Id, Slices = slices, Model = finished.Start.Model });
        SpendPinned(slices);
        var entry = Append(Draft(EntryKind.Capture, now, amount) with
        {
            Key = command.Key,
            RequestHash = command.Key is null ? 0 : requestHash,
            HoldId = finished.Id,
            Slices = slices,
            Model = finished.Start.Model,
            Description = command.Description,
            Actor = command.Actor,
        });
        Record(finished with
        {
            Status = GenerationStatus.Succeeded,
            Outcome = command.End.Outcome,
            Start = command.End.Complete(finished.Start),
            Charged = finished.Charged + amount,
            Error = command.End.Error,
            EndedAt = entry.At,
            ProviderRequestId = command.End.ProviderRequestId,
            ProviderCostMillionths = command.End.ProviderCostMillionths,
            ProviderCurrency = command.End.ProviderCurrency,
            LastEntry = entry.Sequence,
            AvailableAfter = available,
            HeldAfter = held,
        });
        return new SettleResult.Settled(finished.Id, GenerationStatus.Succeeded, finished.Charged + amount, finished.Released, available, held) { ChargedLate = true };
    }

    // Only what is charged after all of a hold went back, or the rest of one, makes charged and released more than the price:
    // a capture beyond the hold leaves nothing to release.
    private static SettleResult.Settled Replay(Generation finished) =>
        new(finished.Id, finished.Status, finished.Charged, finished.Released, finished.AvailableAfter, finished.HeldAfter)
        {
            Replayed = true,
            ChargedLate = !finished.Released.IsZero && finished.Charged + finished.Released > finished.Start.Price,
        };

    /// <summary>Pins more of what is available in an open hold.</summary>
    private Hold Grow(Hold hold, Credits extra, DateTime now)
    {
        var slices = PinFor(hold.Generation.Model, extra);
        CorrectMember(hold.Generation.Member, hold.EntrySequence, extra);
        Append(Draft(EntryKind.Hold, now, extra) with { HoldId = hold.Id, Slices = slices, Model = hold.Generation.Model });
        return Change(hold with { Amount = hold.Amount + extra, Slices = Merge(hold.Slices, slices) });
    }

    /// <summary>Takes the first part of an open hold's slices; the caller leaves the hold the rest, or ends it. Nothing to take is an entry too, so that every settlement stands in the history.</summary>
    private Entry Take(Hold hold, Credits amount, DateTime at, string? key = null, long requestHash = 0, Credits remainder = default, string? description = null, string? actor = null)
    {
        var taken = First(hold.Slices, amount);
        SpendPinned(taken);
        return Append(new Entry(Head(EntryKind.Capture, at, amount))
        {
            Key = key,
            RequestHash = key is null ? 0 : requestHash,
            HoldId = hold.Id,
            Slices = taken,
            Remainder = remainder,
            Model = hold.Generation.Model,
            Description = description,
            Actor = actor,
        });
    }

    private void SpendPinned(IReadOnlyList<GrantSlice> slices)
    {
        foreach (var slice in slices)
        {
            var grant = Touch(FindGrant(slice.GrantId));
            grant.Held -= slice.Amount;
            grant.Spent += slice.Amount;
            held -= slice.Amount;
            spent += slice.Amount;
        }
    }

    /// <summary>Returns the last part of an open hold's slices to their grants; what comes back too late expires, and debt is repaid first. The caller leaves the hold the rest, or ends it. Nothing to return is an entry too.</summary>
    private Entry GiveBack(Hold hold, IReadOnlyList<GrantSlice> slices, DateTime at, string? key = null, long requestHash = 0, string? description = null, string? actor = null)
    {
        var amount = Sum(slices);
        CorrectMember(hold.Generation.Member, hold.EntrySequence, -amount);
        foreach (var slice in slices)
        {
            var grant = Touch(FindGrant(slice.GrantId));
            grant.Held -= slice.Amount;
            grant.Available += slice.Amount;
            nextDue = Earlier(nextDue, grant.NextDue);
        }

        held -= amount;
        available += amount;
        var entry = Append(new Entry(Head(EntryKind.Release, at, amount))
        {
            Key = key,
            RequestHash = key is null ? 0 : requestHash,
            HoldId = hold.Id,
            Slices = slices,
            Model = hold.Generation.Model,
            Description = description,
            Actor = actor,
        });
        ExpireWhatIsOver(slices, at);
        RepayDebt(at);
        return entry;
    }

    private void ExpireWhatIsOver(IReadOnlyList<GrantSlice> slices, DateTime at)
    {
        foreach (var slice in slices)
        {
            var grant = FindGrant(slice.GrantId);
            if (grant.ExpiresAt <= at && !grant.Available.IsZero)
            {
                Expire(grant, at);
            }
        }
    }

    private void Finish(Hold hold, GenerationStatus status, GenerationEnd end, Credits charged, Credits released, Entry settlement)
    {
        Ensure(hold.Amount == settlement.Amount, hold);
        holds.Remove(hold.Id);

        // A hold that was made within the same batch was never written, so there is nothing to delete.
        if (holdChanges.TryGetValue(hold.Id, out var change) && change == HoldChange.Added)
        {
            holdChanges.Remove(hold.Id);
        }
        else
        {
            holdChanges[hold.Id] = HoldChange.Ended;
        }

        Record(new Generation
        {
            Id = hold.Id,
            Account = Account,
            Status = status,
            Outcome = end.Outcome,
            Start = end.Complete(hold.Generation),
            Charged = charged,
            Released = released,
            StartedAt = hold.HeldAt,
            EndedAt = settlement.At,
            Error = end.Error,
            ProviderRequestId = end.ProviderRequestId,
            ProviderCostMillionths = end.ProviderCostMillionths,
            ProviderCurrency = end.ProviderCurrency,
            FirstEntry = hold.EntrySequence,
            LastEntry = settlement.Sequence,
            RequestHash = hold.RequestHash,
            AvailableAfter = available,
            HeldAfter = held,
        });
    }
}
