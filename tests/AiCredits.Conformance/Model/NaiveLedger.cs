using AiCredits.Ledger;

namespace AiCredits.Conformance.Model;

/// <summary>
/// One account by the rules on paper: decimals, plain lists, every figure summed anew, every answer kept as it was given.
/// Slow on purpose and written without the kernel's shape, so that both can hardly be wrong in the same way.
/// </summary>
internal sealed partial class NaiveLedger(AccountId account, Flaw flaw = Flaw.None)
{
    private readonly List<NaiveGrant> _grants = [];
    private readonly List<NaiveHold> _holds = [];
    private readonly Dictionary<string, (object Request, LedgerResult Answer)> _answers = [];
    private bool _frozen;
    private bool _welcomed;
    private DateTime _lastAt = DateTime.UnixEpoch;

    public List<NaiveEntry> History { get; } = [];

    public IReadOnlyList<NaiveGrant> Grants => _grants;

    public IReadOnlyList<NaiveHold> Holds => _holds;

    public decimal Debt { get; private set; }

    public decimal Available => _grants.Sum(grant => grant.Available);

    public decimal Held => _grants.Sum(grant => grant.Held);

    public decimal Spent => _grants.Sum(grant => grant.Spent);

    public decimal Expired => _grants.Sum(grant => grant.Expired);

    public decimal Revoked => _grants.Sum(grant => grant.Revoked);

    public decimal Issued => _grants.Sum(grant => grant.Issued);

    public bool Frozen => _frozen;

    public bool Welcomed => _welcomed;

    /// <summary>The soonest time at which anything ends by itself.</summary>
    public DateTime? Due =>
        _grants.Where(grant => grant.Pending).Select(grant => grant.EffectiveAt)
            .Concat(_grants.Where(grant => grant.Available > 0).Select(grant => grant.ExpiresAt))
            .Concat(_holds.Where(hold => hold.Open).Select(hold => (DateTime?)hold.ExpiresAt))
            .Min();

    public LedgerResult Apply(LedgerCommand command, DateTime now)
    {
        now = now < _lastAt ? _lastAt : now;
        WriteWhatIsDue(now);
        return command switch
        {
            HoldCommand hold => Hold(hold, now) with { Welcomed = _welcomed },
            CaptureCommand capture => Capture(capture, now),
            ReleaseCommand release => Release(release, now),
            GrantCommand grant => GrantCredits(grant, now),
            RevokeCommand revoke => Revoke(revoke, now),
            RefundCommand refund => Refund(refund, now),
            RenewCommand renew => Renew(renew, now),
            FreezeCommand freeze => Freeze(freeze, now),
            _ => new TouchResult(new AccountState { Account = account }),
        };
    }

    private HoldResult Hold(HoldCommand command, DateTime now)
    {
        var request = (command.Amount, command.Generation.Model, command.Generation.Count, command.OnExpiry);
        if (command.Key is { } key && _answers.TryGetValue(key, out var kept))
        {
            return !Equals(kept.Request, request) || kept.Answer is not HoldResult earlier ? new HoldResult.KeyConflict(key)
                : earlier is HoldResult.Held held ? held with { Replayed = true, Finished = Finished(held.HoldId) }
                : earlier with { Replayed = true };
        }

        if (_holds.Find(hold => hold.Id == command.HoldId) is { } same)
        {
            return !Equals(same.Request, request) ? new HoldResult.KeyConflict(command.HoldId.ToString())
                : same.Open ? new HoldResult.Held(same.Id, Of(same.Price), same.ExpiresAt, same.Answer.AvailableAfter, same.Answer.HeldAfter) { Replayed = true }
                : new HoldResult.Held(same.Id, Of(same.Price), same.EndedAt, Of(same.AvailableAtEnd), Of(same.HeldAtEnd)) { Replayed = true, Finished = Finished(same.Id) };
        }

        var model = command.Generation.Model;
        var amount = command.Amount.ToDecimal();
        var spendable = _grants.Where(grant => grant.PaysFor(model)).Sum(grant => grant.Available);
        if (_frozen || spendable < amount)
        {
            var returnable = Math.Max(0, _grants.Where(grant => grant.PaysFor(model) && !(grant.ExpiresAt <= now)).Sum(grant => grant.Held) - Debt);
            HoldResult refusal = _frozen ? new HoldResult.Frozen() : new HoldResult.Insufficient(command.Amount, Of(spendable), Of(returnable));
            if (_welcomed || !command.WelcomeFirst)
            {
                Keep(command.Key, request, refusal);
            }

            return refusal;
        }

        var hold = new NaiveHold
        {
            Id = command.HoldId,
            Request = request,
            Model = model,
            Count = command.Generation.Count,
            Price = amount,
            Policy = command.OnExpiry,
            HeldAt = now,
            ExpiresAt = now + command.Lease,
            FirstEntry = History.Count + 1,
            Parts = Pin(amount, model),
        };
        _holds.Add(hold);
        Write(EntryKind.Hold, now, amount, key: command.Key, hold: hold);
        hold.Answer = new HoldResult.Held(hold.Id, command.Amount, hold.ExpiresAt, Of(Available), Of(Held));
        Keep(command.Key, request, hold.Answer);
        return hold.Answer;
    }

    private SettleResult Capture(CaptureCommand command, DateTime now)
    {
        var request = ("capture", command.HoldId, command.Amount, command.Final, command.Overrun);
        if (command.Key is { } key && _answers.TryGetValue(key, out var kept))
        {
            return Equals(kept.Request, request) ? Again((SettleResult.Settled)kept.Answer) : new SettleResult.KeyConflict(key);
        }

        if (_holds.Find(hold => hold.Id == command.HoldId) is not { } hold)
        {
            return new SettleResult.NotFound();
        }

        SettleResult.Settled answer;
        if (!hold.Open)
        {
            var unpaid = hold.Status == GenerationStatus.Expired ? hold.Released : 0;
            if (unpaid == 0 || !command.ChargeWhenExpired || !command.Final)
            {
                return Again(hold.Settlement!);
            }

            var amount = command.Amount?.ToDecimal() ?? unpaid;
            var spendable = _grants.Where(grant => grant.PaysFor(hold.Model)).Sum(grant => grant.Available);
            if (spendable < amount)
            {
                return new SettleResult.Insufficient(Of(amount), Of(spendable));
            }

            hold.Parts = Pin(amount, hold.Model);
            Write(EntryKind.Hold, now, amount, hold: hold);
            Spend(hold, amount);
            Write(EntryKind.Capture, now, amount, key: command.Key, hold: hold);
            hold.EndBy(GenerationStatus.Succeeded, command.End.Outcome, now, History.Count, Available, Held);
            answer = new SettleResult.Settled(hold.Id, hold.Status, Of(hold.Captured), Of(hold.Released), Of(Available), Of(Held)) { ChargedLate = true };
            hold.Settlement = answer;
            Keep(command.Key, request, answer);
            return answer;
        }

        var wanted = command.Amount?.ToDecimal() ?? hold.Left;
        var over = Math.Max(0, wanted - hold.Left);
        if (over > 0 && command.Overrun == OverrunPolicy.Extra && _grants.Where(grant => grant.PaysFor(hold.Model)).Sum(grant => grant.Available) >= over)
        {
            foreach (var (grant, part) in Pin(over, hold.Model))
            {
                hold.Add(grant, part);
            }

            Write(EntryKind.Hold, now, over, hold: hold);
            over = 0;
        }

        var take = wanted - over;
        var rest = command.Final ? hold.Left - take : 0;
        var before = hold.Captured;
        if (rest > 0)
        {
            GiveBack(hold, rest, now, key: null);
        }

        Spend(hold, take);
        Write(EntryKind.Capture, now, take, command.Final ? rest : before, command.Key, hold);
        var settlement = History.Count;
        if (command.Final)
        {
            hold.Released = rest;
            hold.EndBy(GenerationStatus.Succeeded, command.End.Outcome, now, settlement, Available, Held);
        }

        answer = new SettleResult.Settled(hold.Id, hold.Status, Of(hold.Captured), Of(rest), Of(Available), Of(Held)) { Uncovered = Of(over) };
        hold.Settlement = answer with { Uncovered = 0 };
        Keep(command.Key, request, answer);
        return answer;
    }

    private SettleResult Release(ReleaseCommand command, DateTime now)
    {
        var request = ("release", command.HoldId);
        if (command.Key is { } key && _answers.TryGetValue(key, out var kept))
        {
            return Equals(kept.Request, request) ? Again((SettleResult.Settled)kept.Answer) : new SettleResult.KeyConflict(key);
        }

        if (_holds.Find(hold => hold.Id == command.HoldId) is not { } hold)
        {
            return new SettleResult.NotFound();
        }

        if (!hold.Open)
        {
            return Again(hold.Settlement!);
        }

        hold.Released = hold.Left;
        var settlement = GiveBack(hold, hold.Left, now, command.Key);
        hold.EndBy(command.End.Outcome == GenerationOutcome.Succeeded || hold.Captured > 0 ? GenerationStatus.Succeeded : GenerationStatus.Failed, command.End.Outcome, now, settlement, Available, Held);
        hold.Settlement = new SettleResult.Settled(hold.Id, hold.Status, Of(hold.Captured), Of(hold.Released), Of(Available), Of(Held));
        Keep(command.Key, request, hold.Settlement);
        return hold.Settlement;
    }

    private RenewResult Renew(RenewCommand command, DateTime now)
    {
        if (_holds.Find(hold => hold.Id == command.HoldId) is not { Open: true } hold)
        {
            return new RenewResult.NotOpen();
        }

        if (now + command.Lease <= hold.ExpiresAt)
        {
            return new RenewResult.Renewed(hold.ExpiresAt) { Replayed = true };
        }

        hold.ExpiresAt = now + command.Lease;
        Write(EntryKind.Renew, now, 0, hold: hold);
        return new RenewResult.Renewed(hold.ExpiresAt);
    }

    private SettleResult.Settled Again(SettleResult.Settled answer)
    {
        // A generation that was refunded since says so.
        var hold = _holds.Find(hold => hold.Id == answer.HoldId)!;
        return answer with { Replayed = true, Status = hold.Status == GenerationStatus.Refunded && answer.Status != GenerationStatus.Running ? GenerationStatus.Refunded : answer.Status };
    }

    private GrantResult GrantCredits(GrantCommand command, DateTime now)
    {
        var request = (command.Kind, command.Amount, command.Priority, command.EffectiveAt, command.ExpiresAt, command.Reference, string.Join('|', command.Models));
        if (_answers.TryGetValue(command.Key!, out var kept))
        {
            return Equals(kept.Request, request) ? (GrantResult)kept.Answer with { Replayed = true } : new GrantResult.KeyConflict(command.Key!);
        }

        if (command.Kind == GrantKind.Welcome && _welcomed)
        {
            return new GrantResult.AlreadyWelcomed();
        }

        if (command.ExpiresAt <= now)
        {
            return new GrantResult.AlreadyExpired();
        }

        var grant = new NaiveGrant
        {
            Id = History.Count + 1,
            Kind = command.Kind,
            Amount = command.Amount.ToDecimal(),
            Priority = command.Priority,
            EffectiveAt = command.EffectiveAt,
            ExpiresAt = command.ExpiresAt,
            Models = command.Models,
            Pending = command.EffectiveAt > now,
        };
        _grants.Add(grant);
        _welcomed |= command.Kind == GrantKind.Welcome;
        var debt = Debt;
        if (grant.Pending)
        {
            Write(EntryKind.Schedule, now, grant.Amount, key: command.Key, grant: grant);
        }
        else
        {
            grant.Issued = grant.Available = grant.Amount;
            Write(EntryKind.Grant, now, grant.Amount, key: command.Key, grant: grant);
            RepayDebt(now);
        }

        var answer = new GrantResult.Granted(grant.Id, command.Amount, Of(debt - Debt), Of(Available));
        Keep(command.Key, request, answer);
        return answer;
    }

    private RevokeResult Revoke(RevokeCommand command, DateTime now)
    {
        var request = ("revoke", command.GrantId, command.Amount, command.ToDebt, command.Reference);
        if (_answers.TryGetValue(command.Key!, out var kept))
        {
            return Equals(kept.Request, request) ? (RevokeResult)kept.Answer with { Replayed = true } : new RevokeResult.KeyConflict(command.Key!);
        }

        if (_grants.Find(grant => grant.Id == command.GrantId) is not { } grant)
        {
            return new RevokeResult.NotFound();
        }

        var most = Math.Max(0, grant.Amount - grant.Claimed - grant.Expired);
        most = command.ToDebt || grant.Pending ? most : Math.Min(most, grant.Available);
        var amount = command.Amount?.ToDecimal() ?? most;
        if (amount > most)
        {
            return new RevokeResult.TooMuch(Of(most));
        }

        if (grant.Pending)
        {
            grant.Issued += amount;
            grant.Available = amount;
            Write(EntryKind.Grant, now, amount, grant: grant);
            grant.Pending = grant.Issued < grant.Amount;
        }

        var there = Math.Min(amount, grant.Available);
        grant.Available -= there;
        grant.Revoked += there;
        grant.Claimed += amount;
        Debt += amount - there;
        Write(EntryKind.Revoke, now, there, amount - there, command.Key, grant: grant);
        RepayDebt(now);
        var answer = new RevokeResult.Done(Of(there), Of(amount - there), Of(Available));
        Keep(command.Key, request, answer);
        return answer;
    }

    private RefundResult Refund(RefundCommand command, DateTime now)
    {
        var request = ("refund", command.HoldId);
        if (_answers.TryGetValue(command.Key!, out var kept))
        {
            return Equals(kept.Request, request) ? (RefundResult)kept.Answer with { Replayed = true } : new RefundResult.KeyConflict(command.Key!);
        }

        if (_holds.Find(hold => hold.Id == command.HoldId) is not { } hold)
        {
            return new RefundResult.NotFound();
        }

        if (hold.Open || hold.Status == GenerationStatus.Refunded || hold.Captured == 0)
        {
            return new RefundResult.NotCharged(hold.Status);
        }

        var expiring = 0m;
        foreach (var (grant, part) in hold.Paid)
        {
            grant.Spent -= part;
            grant.Available += part;
            expiring += grant.ExpiresAt <= now ? part : 0;
        }

        Write(EntryKind.Refund, now, hold.Captured, expiring, command.Key, hold);
        hold.Status = GenerationStatus.Refunded;
        hold.LastEntry = History.Count;
        ExpireLateReturns(hold.Paid.Select(part => part.Grant), now);
        RepayDebt(now);
        var answer = new RefundResult.Done(Of(hold.Captured), Of(Available));
        Keep(command.Key, request, answer);
        return answer;
    }

    private FreezeResult Freeze(FreezeCommand command, DateTime now)
    {
        var request = ("freeze", command.Frozen);
        if (_answers.TryGetValue(command.Key!, out var kept))
        {
            return Equals(kept.Request, request) ? (FreezeResult)kept.Answer with { Replayed = true } : new FreezeResult.KeyConflict(command.Key!);
        }

        _frozen = command.Frozen;
        Write(command.Frozen ? EntryKind.Freeze : EntryKind.Unfreeze, now, 0, key: command.Key);
        var answer = new FreezeResult.Done(command.Frozen);
        Keep(command.Key, request, answer);
        return answer;
    }

    private void Keep(string? key, object request, LedgerResult answer)
    {
        if (key is not null)
        {
            _answers.Add(key, (request, answer));
        }
    }

    private Generation? Finished(Guid id) => _holds.Find(hold => hold.Id == id) is { Open: false } hold ? hold.ToGeneration(account) : null;

    private static Credits Of(decimal amount) => Credits.FromDecimal(amount);
}
