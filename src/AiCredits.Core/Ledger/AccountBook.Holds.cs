namespace AiCredits.Ledger;

/// <summary>Holds: set aside, taken, given back, renewed.</summary>
public sealed partial class AccountBook
{
    private HoldResult Apply(HoldCommand command, DateTime now)
    {
        var requestHash = command.HashRequest();
        if (ReplayHold(command, requestHash) is { } replay)
        {
            return replay with { Replayed = replay is not HoldResult.KeyConflict, Welcomed = welcomed };
        }

        var spendable = SpendableOn(command.Generation.Model);
        if (frozen || spendable < command.Amount)
        {
            return Refuse(command, requestHash, spendable, now);
        }

        var slices = PinFor(command.Generation.Model, command.Amount);
        var entry = Append(Draft(EntryKind.Hold, now, command.Amount) with
        {
            Key = command.Key,
            RequestHash = requestHash,
            HoldId = command.HoldId,
            Slices = slices,
            EndsAt = UtcMicroseconds.Cut(now + command.Lease),
            Model = command.Generation.Model,
            Description = command.Description,
            Actor = command.Actor,
        });
        holds.Add(command.HoldId, new Hold
        {
            Id = command.HoldId,
            Amount = command.Amount,
            Slices = slices,
            ExpiresAt = entry.EndsAt!.Value,
            OnExpiry = command.OnExpiry,
            RequestHash = requestHash,
            EntrySequence = entry.Sequence,
            HeldAt = entry.At,
            AvailableAfter = available,
            HeldAfter = held,
            Generation = command.Generation.Price == command.Amount ? command.Generation : command.Generation with { Price = command.Amount },
        });
        holdChanges[command.HoldId] = HoldChange.Added;
        nextDue = Earlier(nextDue, entry.EndsAt);
        return new HoldResult.Held(command.HoldId, command.Amount, entry.EndsAt.Value, available, held) { Welcomed = welcomed };
    }

    private HoldResult? ReplayHold(HoldCommand command, long requestHash)
    {
        if (command.Key is { } key)
        {
            if (FindEntry(key) is { } entry)
            {
                return entry.RequestHash == requestHash
                    ? new HoldResult.Held(entry.HoldId!.Value, entry.Amount, entry.EndsAt!.Value, entry.AvailableAfter, entry.HeldAfter) { Finished = FindGeneration(entry.HoldId.Value) }
                    : new HoldResult.KeyConflict(key);
            }

            if (FindRefusal(key) is { } refusal)
            {
                return refusal.RequestHash != requestHash ? new HoldResult.KeyConflict(key)
                    : refusal.Frozen ? new HoldResult.Frozen()
                    : new HoldResult.Insufficient(refusal.Required, refusal.Available, refusal.Held);
            }
        }

        if (holds.TryGetValue(command.HoldId, out var open))
        {
            return open.RequestHash == requestHash
                ? new HoldResult.Held(open.Id, open.Generation.Price, open.ExpiresAt, open.AvailableAfter, open.HeldAfter)
                : new HoldResult.KeyConflict(command.HoldId.ToString());
        }

        if (FindGeneration(command.HoldId) is { } finished)
        {
            return finished.RequestHash == requestHash
                ? new HoldResult.Held(finished.Id, finished.Start.Price, finished.EndedAt!.Value, finished.AvailableAfter, finished.HeldAfter) { Finished = finished }
                : new HoldResult.KeyConflict(command.HoldId.ToString());
        }

        return null;
    }

    private HoldResult Refuse(HoldCommand command, long requestHash, Credits spendable, DateTime now)
    {
        if (command.Key is { } key && (welcomed || !command.WelcomeFirst))
        {
            (newRefusals ??= new(StringComparer.Ordinal)).Add(key, new Refusal
            {
                Key = key,
                RequestHash = requestHash,
                At = now,
                Frozen = frozen,
                Required = command.Amount,
                Available = spendable,
                Held = ReturnableOn(command.Generation.Model, now),
            });
        }

        return frozen
            ? new HoldResult.Frozen { Welcomed = welcomed }
            : new HoldResult.Insufficient(command.Amount, spendable, ReturnableOn(command.Generation.Model, now)) { Welcomed = welcomed };
    }

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
        if (!uncovered.IsZero && command.Overrun == OverrunPolicy.Extra && SpendableOn(hold.Generation.Model) >= uncovered)
        {
            hold = Grow(hold, uncovered, now);
            uncovered = Credits.Zero;
        }

        var taken = wanted - uncovered;
        var rest = command.Final ? hold.Amount - taken : Credits.Zero;
        var before = hold.Captured;
        if (!rest.IsZero)
        {
            GiveBack(hold, Tail(hold.Slices, rest), now);
            hold = holds[hold.Id];
        }

        var capture = Take(hold, taken, now, command.Key, requestHash, command.Final ? rest : before, command.Description);
        hold = holds[hold.Id];
        if (command.Final)
        {
            Finish(hold, GenerationStatus.Succeeded, command.End, rest, capture);
        }

        return new SettleResult.Settled(hold.Id, command.Final ? GenerationStatus.Succeeded : GenerationStatus.Running, hold.Captured, rest, available, held) { Uncovered = uncovered };
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
        var release = GiveBack(hold, hold.Slices, now, command.Key, requestHash, command.Description);
        hold = holds[hold.Id];
        var status = command.End.Outcome == GenerationOutcome.Succeeded || !hold.Captured.IsZero ? GenerationStatus.Succeeded : GenerationStatus.Failed;
        Finish(hold, status, command.End, released, release);
        return new SettleResult.Settled(hold.Id, status, hold.Captured, released, available, held);
    }

    private RenewResult Apply(RenewCommand command, DateTime now)
    {
        if (!holds.TryGetValue(command.HoldId, out var hold))
        {
            return new RenewResult.NotOpen();
        }

        var expiresAt = UtcMicroseconds.Cut(now + command.Lease);
        if (expiresAt <= hold.ExpiresAt)
        {
            return new RenewResult.Renewed(hold.ExpiresAt) { Replayed = true };
        }

        Append(Draft(EntryKind.Renew, now, Credits.Zero) with { HoldId = hold.Id, EndsAt = expiresAt });
        Change(hold with { ExpiresAt = expiresAt });
        return new RenewResult.Renewed(expiresAt);
    }

    private SettleResult ChargeLate(CaptureCommand command, Generation finished, long requestHash, DateTime now)
    {
        // What is due is the part that had been captured from no one: the rest of the hold went back when it ended.
        var amount = command.Amount ?? finished.Released;
        var spendable = SpendableOn(finished.Start.Model);
        if (spendable < amount)
        {
            return new SettleResult.Insufficient(amount, spendable);
        }

        var slices = PinFor(finished.Start.Model, amount);
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
        Append(Draft(EntryKind.Hold, now, extra) with { HoldId = hold.Id, Slices = slices, Model = hold.Generation.Model });
        return Change(hold with { Amount = hold.Amount + extra, Slices = Merge(hold.Slices, slices) });
    }

    /// <summary>Takes the first part of an open hold's slices; the hold keeps the rest. Nothing to take is an entry too, so that every settlement stands in the history.</summary>
    private Entry Take(Hold hold, Credits amount, DateTime at, string? key = null, long requestHash = 0, Credits remainder = default, string? description = null)
    {
        var taken = Head(hold.Slices, amount);
        SpendPinned(taken);
        var entry = Append(Draft(EntryKind.Capture, at, amount) with
        {
            Key = key,
            RequestHash = key is null ? 0 : requestHash,
            HoldId = hold.Id,
            Slices = taken,
            Remainder = remainder,
            Model = hold.Generation.Model,
            Description = description,
        });
        Change(hold with { Amount = hold.Amount - amount, Captured = hold.Captured + amount, Slices = Tail(hold.Slices, hold.Amount - amount) });
        return entry;
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

    /// <summary>Returns the last part of an open hold's slices to their grants; what comes back too late expires, and debt is repaid first. Nothing to return is an entry too.</summary>
    private Entry GiveBack(Hold hold, IReadOnlyList<GrantSlice> slices, DateTime at, string? key = null, long requestHash = 0, string? description = null)
    {
        var amount = Sum(slices);
        foreach (var slice in slices)
        {
            var grant = Touch(FindGrant(slice.GrantId));
            grant.Held -= slice.Amount;
            grant.Available += slice.Amount;
            nextDue = Earlier(nextDue, grant.NextDue);
        }

        held -= amount;
        available += amount;
        var entry = Append(Draft(EntryKind.Release, at, amount) with
        {
            Key = key,
            RequestHash = key is null ? 0 : requestHash,
            HoldId = hold.Id,
            Slices = slices,
            Model = hold.Generation.Model,
            Description = description,
        });
        Change(hold with { Amount = hold.Amount - amount, Slices = Head(hold.Slices, hold.Amount - amount) });
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

    private Hold Change(Hold hold)
    {
        holds[hold.Id] = hold;
        holdChanges.TryAdd(hold.Id, HoldChange.Changed);
        return hold;
    }

    private void Finish(Hold hold, GenerationStatus status, GenerationEnd end, Credits released, Entry settlement)
    {
        Ensure(hold.Amount.IsZero, hold);
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
            Charged = hold.Captured,
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

    private void Record(Generation generation) => (newGenerations ??= [])[generation.Id] = generation;

    private void Ensure(bool condition, Hold hold)
    {
        if (!condition)
        {
            throw new LedgerInvariantException($"Account '{Account}': hold {hold.Id} was ended with {hold.Amount} credits still in it.");
        }
    }
}
