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

        if (frozen && lastInOrder is not null)
        {
            throw new MoreGrantsNeededException();
        }

        var spendable = SpendableOn(command.Generation.Model, command.Amount);
        if (!frozen && RefuseMember(command, now) is { } refused)
        {
            return Refuse(command, requestHash, refused, now);
        }

        if (frozen || spendable < command.Amount)
        {
            return Refuse(command, requestHash, spendable, now);
        }

        var slices = PinFor(command.Generation.Model, command.Amount);
        CountForMember(command.Member, command.Amount, now);
        var entry = Append(new Entry(Head(EntryKind.Hold, now, command.Amount))
        {
            Key = command.Key,
            RequestHash = requestHash,
            HoldId = command.HoldId,
            Slices = slices,
            EndsAt = UtcMicroseconds.Cut(now + command.Lease),
            Model = command.Generation.Model,
            Description = command.Description,
            Actor = command.Member is { } member ? MemberTerms.ActorOf(member) : command.Actor,
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
            Generation = command.Generation.Price == command.Amount && command.Generation.Member == command.Member ? command.Generation
                : command.Generation with { Price = command.Amount, Member = command.Member },
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
                    : refusal is { Cap: { } cap, ResetsAt: { } resetsAt } ? new HoldResult.MemberCapReached(command.Member ?? "", cap, refusal.Required, refusal.Available + refusal.Held, refusal.Held, resetsAt)
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

    // Whoever is no member may become one, and ask again with the same key.
    private HoldResult Refuse(HoldCommand command, long requestHash, HoldResult refused, DateTime now)
    {
        if (command.Key is { } key && refused is HoldResult.MemberCapReached reached)
        {
            (newRefusals ??= new(StringComparer.Ordinal)).Add(key, new Refusal
            {
                Key = key,
                RequestHash = requestHash,
                At = now,
                Required = reached.Required,
                Available = reached.Cap - reached.Used,
                Held = reached.Used,
                Cap = reached.Window,
                ResetsAt = reached.ResetsAt,
            });
        }

        return refused with { Welcomed = welcomed };
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

    private Hold Change(Hold hold)
    {
        holds[hold.Id] = hold;
        holdChanges.TryAdd(hold.Id, HoldChange.Changed);
        return hold;
    }

    private void Record(Generation generation) => (newGenerations ??= [])[generation.Id] = generation;

    private void Ensure(bool condition, Hold hold)
    {
        if (!condition)
        {
            throw new LedgerInvariantException($"Account '{Account}': hold {hold.Id} was ended with credits still in it.");
        }
    }
}
