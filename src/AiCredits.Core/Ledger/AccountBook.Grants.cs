namespace AiCredits.Ledger;

/// <summary>Grants: made, spent from in burn order, taken back, repaid from, given back to.</summary>
public sealed partial class AccountBook
{
    // Half of what 64 bits hold, so that no sum of figures can overflow in the middle of a command.
    private const long MaxIssuedMillionths = long.MaxValue / 2;

    private GrantSlice[] lastSlice = [];

    // Before anything is decided, as a command that throws must change nothing. What is scheduled counts, since it can't
    // be refused when its time comes.
    private void EnsureCanBeCounted(LedgerCommand command)
    {
        if (command is GrantCommand grant
            && issued.Millionths > MaxIssuedMillionths - scheduled.Millionths - grant.Amount.Millionths
            && FindEntry(grant.Key!) is null)
        {
            throw new ArgumentException($"Account '{Account}' has been granted {issued + scheduled} credits already; {grant.Amount} more can't be counted.");
        }
    }

    private GrantResult Apply(GrantCommand command, DateTime now)
    {
        var requestHash = command.HashRequest();
        if (FindEntry(command.Key!) is { } earlier)
        {
            if (earlier.RequestHash != requestHash)
            {
                return new GrantResult.KeyConflict(command.Key!);
            }

            // Debt was not touched by the grant's own entry, so what it held then is what the grant repaid next.
            var repaid = earlier.Kind == EntryKind.Schedule ? Credits.Zero : Credits.Min(earlier.DebtAfter, earlier.Amount);
            return new GrantResult.Granted(earlier.GrantId!.Value, earlier.Amount, repaid, earlier.AvailableAfter - repaid) { Replayed = true };
        }

        if (FindRefusal(command.Key!) is not null)
        {
            return new GrantResult.KeyConflict(command.Key!);
        }

        if (command.Kind == GrantKind.Welcome && welcomed)
        {
            return new GrantResult.AlreadyWelcomed();
        }

        if (command.ExpiresAt <= now)
        {
            return new GrantResult.AlreadyExpired();
        }

        var pending = command.EffectiveAt > now;
        var grant = new LiveGrant(new Grant
        {
            Id = sequence + 1,
            Kind = command.Kind,
            Amount = command.Amount,
            Available = pending ? Credits.Zero : command.Amount,
            Priority = command.Priority,
            GrantedAt = now,
            EffectiveAt = Cut(command.EffectiveAt),
            ExpiresAt = Cut(command.ExpiresAt),
            Models = [.. command.Models],
            Reference = command.Reference,
            Pending = pending,
        });
        Touch(Insert(grant));
        nextDue = Earlier(nextDue, grant.NextDue);
        welcomed |= command.Kind == GrantKind.Welcome;
        if (!pending)
        {
            issued += command.Amount;
            available += command.Amount;
        }

        var debtBefore = debt;
        var entry = Append(Draft(pending ? EntryKind.Schedule : EntryKind.Grant, now, command.Amount) with
        {
            Key = command.Key,
            RequestHash = requestHash,
            GrantId = grant.Id,
            GrantKind = command.Kind,
            EndsAt = grant.ExpiresAt,
            Description = command.Description,
            Actor = command.Actor,
            Reference = command.Reference,
        });
        if (!pending)
        {
            TellGranted(entry);
        }

        RepayDebt(now);
        return new GrantResult.Granted(grant.Id, command.Amount, debtBefore - debt, available);
    }

    private RevokeResult Apply(RevokeCommand command, DateTime now)
    {
        var requestHash = command.HashRequest();
        if (FindEntry(command.Key!) is { } earlier)
        {
            if (earlier.RequestHash != requestHash)
            {
                return new RevokeResult.KeyConflict(command.Key!);
            }

            // New debt is repaid at once from whatever is available, so what was left then follows from the entry.
            var left = earlier.AvailableAfter - Credits.Min(earlier.AvailableAfter, earlier.DebtAfter);
            return new RevokeResult.Done(earlier.Amount, earlier.Remainder, left) { Replayed = true };
        }

        if (FindRefusal(command.Key!) is not null)
        {
            return new RevokeResult.KeyConflict(command.Key!);
        }

        if (TryFindGrant(command.GrantId) is not { } grant)
        {
            return new RevokeResult.NotFound();
        }

        // What was claimed as debt can have come back by a refund and expired since, so that both together pass the amount.
        var unclaimed = Credits.Max(grant.Amount - grant.TakenBack - grant.Expired, Credits.Zero);
        var revocable = command.ToDebt || grant.Pending ? unclaimed : Credits.Min(grant.Available, unclaimed);
        var amount = command is { Amount: { } wanted, UpTo: false } ? wanted : Credits.Min(command.Amount ?? revocable, revocable);
        if (amount > revocable)
        {
            return new RevokeResult.TooMuch(revocable);
        }

        if (grant.Pending)
        {
            IssueEarly(grant, amount, now);
        }

        var taken = Credits.Min(amount, grant.Available);
        var owed = amount - taken;
        Touch(grant).Available -= taken;
        grant.Revoked += taken;
        grant.TakenBack += amount;
        available -= taken;
        revoked += taken;
        debt += owed;
        Append(Draft(EntryKind.Revoke, now, taken) with
        {
            Key = command.Key,
            RequestHash = requestHash,
            GrantId = grant.Id,
            GrantKind = grant.Kind,
            Remainder = owed,
            Description = command.Description,
            Actor = command.Actor,
            Reference = command.Reference,
        });
        RepayDebt(now);
        return new RevokeResult.Done(taken, owed, available);
    }

    private RefundResult Apply(RefundCommand command, DateTime now)
    {
        var requestHash = command.HashRequest();
        if (FindEntry(command.Key!) is { } earlier)
        {
            // What came back too late expired at once, and then debt was repaid.
            var left = earlier.AvailableAfter - earlier.Remainder;
            return earlier.RequestHash != requestHash
                ? new RefundResult.KeyConflict(command.Key!)
                : new RefundResult.Done(earlier.Amount, left - Credits.Min(left, earlier.DebtAfter)) { Replayed = true };
        }

        if (FindRefusal(command.Key!) is not null)
        {
            return new RefundResult.KeyConflict(command.Key!);
        }

        if (holds.ContainsKey(command.HoldId))
        {
            return new RefundResult.NotCharged(GenerationStatus.Running);
        }

        if (FindGeneration(command.HoldId) is not { } generation)
        {
            return new RefundResult.NotFound();
        }

        if (generation.Status == GenerationStatus.Refunded || generation.Charged.IsZero)
        {
            return new RefundResult.NotCharged(generation.Status);
        }

        var slices = CapturedSlices(command.HoldId);
        var amount = Sum(slices);
        var tooLate = Credits.Zero;
        foreach (var slice in slices)
        {
            var grant = Touch(FindGrant(slice.GrantId));
            grant.Spent -= slice.Amount;
            grant.Available += slice.Amount;
            tooLate += grant.ExpiresAt <= now ? slice.Amount : Credits.Zero;
            nextDue = Earlier(nextDue, grant.NextDue);
        }

        spent -= amount;
        available += amount;
        CorrectMember(generation.Start.Member, generation.FirstEntry, -amount);
        var entry = Append(Draft(EntryKind.Refund, now, amount) with
        {
            Key = command.Key,
            RequestHash = requestHash,
            HoldId = command.HoldId,
            Slices = slices,
            Remainder = tooLate,
            Model = generation.Start.Model,
            Description = command.Description,
            Actor = command.Actor,
        });
        ExpireWhatIsOver(slices, now);
        RepayDebt(now);
        Record(generation with { Status = GenerationStatus.Refunded, LastEntry = entry.Sequence });
        return new RefundResult.Done(amount, available);
    }

    private FreezeResult Apply(FreezeCommand command, DateTime now)
    {
        var requestHash = command.HashRequest();
        if (FindEntry(command.Key!) is { } earlier)
        {
            return earlier.RequestHash == requestHash
                ? new FreezeResult.Done(command.Frozen) { Replayed = true }
                : new FreezeResult.KeyConflict(command.Key!);
        }

        if (FindRefusal(command.Key!) is not null)
        {
            return new FreezeResult.KeyConflict(command.Key!);
        }

        frozen = command.Frozen;
        Append(Draft(command.Frozen ? EntryKind.Freeze : EntryKind.Unfreeze, now, Credits.Zero) with
        {
            Key = command.Key,
            RequestHash = requestHash,
            Description = command.Description,
            Actor = command.Actor,
        });
        return new FreezeResult.Done(frozen);
    }

    private IReadOnlyList<GrantSlice> CapturedSlices(Guid holdId)
    {
        IReadOnlyList<GrantSlice> slices = [];
        foreach (var capture in history.FindCaptures(holdId).Concat(newEntries.Where(entry => entry.Kind == EntryKind.Capture && entry.HoldId == holdId)))
        {
            slices = Merge(slices, capture.Slices);
        }

        return slices;
    }

    /// <summary>Pays off debt from whatever is available, in burn order.</summary>
    private void RepayDebt(DateTime at)
    {
        var amount = Credits.Min(debt, available);
        if (amount.IsZero)
        {
            return;
        }

        var slices = Select(amount, model: null);
        foreach (var slice in slices)
        {
            var grant = Touch(FindGrant(slice.GrantId));
            grant.Available -= slice.Amount;
            grant.Revoked += slice.Amount;
        }

        available -= amount;
        revoked += amount;
        debt -= amount;
        Append(Draft(EntryKind.Repay, at, amount) with { Slices = slices });
    }

    private static DateTime? Cut(DateTime? time) => time is { } value ? UtcMicroseconds.Cut(value) : null;
}
