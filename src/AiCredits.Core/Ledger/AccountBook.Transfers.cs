namespace AiCredits.Ledger;

/// <summary>Transfers: out of one account, and into another one, each half under the lock of its own account only.</summary>
public sealed partial class AccountBook
{
    private List<PendingTransfer>? newTransfers;

    private TransferResult Apply(TransferCommand command, DateTime now)
    {
        var requestHash = command.HashRequest();
        if (FindEntry(command.Key!) is { } earlier)
        {
            return earlier.RequestHash == requestHash
                ? new TransferResult.Sent(null, earlier.AvailableAfter) { Replayed = true }
                : new TransferResult.KeyConflict(command.Key!);
        }

        if (frozen)
        {
            return new TransferResult.Frozen();
        }

        var movable = Credits.Zero;
        foreach (var grant in grants)
        {
            movable += MayMove(grant) ? grant.Available : Credits.Zero;
        }

        if (movable < command.Amount)
        {
            return new TransferResult.Insufficient(command.Amount, movable);
        }

        var slices = new List<GrantSlice>();
        var parts = new List<TransferPart>();
        var left = command.Amount;
        foreach (var grant in grants)
        {
            var part = MayMove(grant) ? Credits.Min(left, grant.Available) : Credits.Zero;
            if (part.IsZero)
            {
                continue;
            }

            Touch(grant).Available -= part;
            grant.Revoked += part;
            left -= part;
            slices.Add(new GrantSlice(grant.Id, part));
            Put(parts, grant, part);
        }

        available -= command.Amount;
        revoked += command.Amount;
        var entry = Append(Draft(EntryKind.Transfer, now, command.Amount) with
        {
            Key = command.Key,
            RequestHash = requestHash,
            HoldId = command.TransferId,
            Slices = slices,
            Description = command.Description,
            Actor = command.Actor,
            Reference = command.To.Value,
        });
        var pending = new PendingTransfer(Account, command.TransferId, command.To, entry.At, parts);
        (newTransfers ??= []).Add(pending);
        return new TransferResult.Sent(pending, available);
    }

    private ReceiveResult Apply(ReceiveCommand command, DateTime now)
    {
        var requestHash = command.HashRequest();
        if (FindEntry(command.Key!) is { } earlier)
        {
            return earlier.RequestHash == requestHash
                ? new ReceiveResult.Arrived { Replayed = true }
                : new ReceiveResult.KeyConflict(command.Key!);
        }

        var transfer = command.Transfer;
        foreach (var part in transfer.Parts)
        {
            // The first entry carries the key; all of them are written together or not at all.
            var isFirst = ReferenceEquals(part, transfer.Parts[0]);
            var grant = new LiveGrant(new Grant
            {
                Id = sequence + 1,
                Kind = part.Kind,
                Amount = part.Amount,
                Available = part.Amount,
                Priority = part.Priority,
                GrantedAt = now,
                ExpiresAt = Cut(part.ExpiresAt),
                Models = [.. part.Models],
                Reference = command.Key,
            });
            Touch(Insert(grant));
            nextDue = Earlier(nextDue, grant.NextDue);
            issued += part.Amount;
            available += part.Amount;
            TellGranted(Append(Draft(EntryKind.Grant, now, part.Amount) with
            {
                Key = isFirst ? command.Key : null,
                RequestHash = isFirst ? requestHash : 0,
                HoldId = transfer.Id,
                GrantId = grant.Id,
                GrantKind = part.Kind,
                EndsAt = grant.ExpiresAt,
                Description = "Credits received",
                Reference = transfer.From.Value,
            }));
            if (grant.ExpiresAt <= now)
            {
                Expire(grant, now);
            }
        }

        RepayDebt(now);
        return new ReceiveResult.Arrived();
    }

    // The welcome is for the one who signed up.
    private static bool MayMove(LiveGrant grant) => !grant.Pending && grant.Kind != GrantKind.Welcome;

    private static void Put(List<TransferPart> parts, LiveGrant grant, Credits amount)
    {
        var same = parts.FindIndex(part => part.Kind == grant.Kind && part.Priority == grant.Priority && part.ExpiresAt == grant.ExpiresAt && part.Models.SequenceEqual(grant.Models, StringComparer.Ordinal));
        if (same >= 0)
        {
            parts[same] = parts[same] with { Amount = parts[same].Amount + amount };
        }
        else
        {
            parts.Add(new TransferPart(grant.Kind, amount, grant.Priority, grant.ExpiresAt, [.. grant.Models]));
        }
    }
}
