using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>
/// Proves an account from its history alone: the chain of hashes, every running figure, and for every grant
/// granted = available + held + spent + expired + revoked. Shares no code with the kernel but the hash.
/// </summary>
public static class LedgerProof
{
    /// <summary>Writes what is due on the account, then throws when anything doesn't add up. Nobody else may write meanwhile.</summary>
    public static async Task EnsureAsync(ICreditStore store, AccountId account, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        await store.ExecuteAsync(new TouchCommand(account), cancellationToken);
        var overview = await store.GetAccountAsync(account, cancellationToken);
        Ensure(await AllEntriesAsync(store, account, cancellationToken), overview.State, overview.LiveGrants);
    }

    /// <summary>An account's whole history, oldest first.</summary>
    public static async Task<IReadOnlyList<Entry>> AllEntriesAsync(ICreditStore store, AccountId account, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var all = new List<Entry>();
        long? before = null;
        while (true)
        {
            var page = await store.GetEntriesAsync(new EntryQuery(account) { Before = before, Limit = 1_000 }, cancellationToken);
            all.AddRange(page);
            if (page.Count < 1_000)
            {
                all.Reverse();
                return all;
            }

            before = page[^1].Sequence;
        }
    }

    /// <summary>Throws when the history, the figures and the live grants don't agree.</summary>
    public static void Ensure(IReadOnlyList<Entry> entries, AccountState state, IReadOnlyList<Grant> liveGrants)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(liveGrants);
        var figures = new Figures();
        var grants = new Dictionary<long, Figures>();
        var holds = new Dictionary<Guid, long>();
        ReadOnlyMemory<byte> head = new byte[32];
        var at = DateTime.UnixEpoch;
        for (var index = 0; index < entries.Count; index++)
        {
            var entry = entries[index];
            entry.Sequence.ShouldBe(index + 1, "sequence numbers have no gap");
            entry.Account.ShouldBe(state.Account);
            entry.At.ShouldBeGreaterThanOrEqualTo(at, "time never runs backwards");
            at = entry.At;
            EntryHash.Compute(head.Span, entry).ShouldBe(entry.Hash.ToArray(), $"entry {entry.Sequence} is chained to the one before");
            head = entry.Hash;
            Move(entry, figures, grants, holds);
            entry.AvailableAfter.Millionths.ShouldBe(figures.Available, $"available after entry {entry.Sequence}");
            entry.HeldAfter.Millionths.ShouldBe(figures.Held, $"held after entry {entry.Sequence}");
            entry.DebtAfter.Millionths.ShouldBe(figures.Debt, $"debt after entry {entry.Sequence}");
            figures.EnsureClosed("the account");
        }

        state.Sequence.ShouldBe(entries.Count);
        state.ChainHead.ToArray().ShouldBe(head.ToArray(), "the account keeps the head of its chain");
        state.Issued.Millionths.ShouldBe(figures.Issued);
        state.Available.Millionths.ShouldBe(figures.Available);
        state.Held.Millionths.ShouldBe(figures.Held);
        state.Spent.Millionths.ShouldBe(figures.Spent);
        state.Expired.Millionths.ShouldBe(figures.Expired);
        state.Revoked.Millionths.ShouldBe(figures.Revoked);
        state.Debt.Millionths.ShouldBe(figures.Debt);
        (state.Debt.IsZero || state.Available.IsZero).ShouldBeTrue("debt is repaid before anything is available");
        holds.Values.Sum().ShouldBe(figures.Held, "open holds hold what is held");
        EnsureGrants(grants, liveGrants);
    }

    private static void EnsureGrants(Dictionary<long, Figures> grants, IReadOnlyList<Grant> liveGrants)
    {
        foreach (var (id, grant) in grants)
        {
            grant.EnsureClosed($"grant {id}");
        }

        foreach (var live in liveGrants)
        {
            var grant = grants.GetValueOrDefault(live.Id) ?? new Figures();
            if (!live.Pending)
            {
                grant.Issued.ShouldBe(live.Amount.Millionths, $"grant {live.Id} was issued");
            }

            live.Available.Millionths.ShouldBe(grant.Available, $"available of grant {live.Id}");
            live.Held.Millionths.ShouldBe(grant.Held, $"held of grant {live.Id}");
            live.Spent.Millionths.ShouldBe(grant.Spent, $"spent of grant {live.Id}");
            live.Expired.Millionths.ShouldBe(grant.Expired, $"expired of grant {live.Id}");
            live.Revoked.Millionths.ShouldBe(grant.Revoked, $"revoked of grant {live.Id}");
        }

        var known = liveGrants.Select(live => live.Id).ToHashSet();
        known.Count.ShouldBe(liveGrants.Count, "a grant is listed once");
        grants.Where(grant => (grant.Value.Available != 0 || grant.Value.Held != 0) && !known.Contains(grant.Key)).ShouldBeEmpty("no live grant is missing");
    }

    private static void Move(Entry entry, Figures account, Dictionary<long, Figures> grants, Dictionary<Guid, long> holds)
    {
        var amount = entry.Amount.Millionths;
        amount.ShouldBeGreaterThanOrEqualTo(0);
        if (entry.Slices.Count > 0)
        {
            entry.Slices.Sum(slice => slice.Amount.Millionths).ShouldBe(amount, $"the slices of entry {entry.Sequence} are its amount");
        }

        account.Move(entry.Kind, amount, entry.Remainder.Millionths);
        if (entry.Kind is EntryKind.Grant or EntryKind.Expire or EntryKind.Revoke)
        {
            Of(grants, entry.GrantId!.Value).Move(entry.Kind, amount, 0);
        }
        else if (amount > 0 && entry.Kind is not EntryKind.Schedule)
        {
            entry.Slices.ShouldNotBeEmpty($"entry {entry.Sequence} names the grants");
            foreach (var slice in entry.Slices)
            {
                Of(grants, slice.GrantId).Move(entry.Kind, slice.Amount.Millionths, 0);
            }
        }

        if (entry.Kind is EntryKind.Hold or EntryKind.Capture or EntryKind.Release)
        {
            var left = holds.GetValueOrDefault(entry.HoldId!.Value) + (entry.Kind == EntryKind.Hold ? amount : -amount);
            left.ShouldBeGreaterThanOrEqualTo(0, $"no more comes out of hold {entry.HoldId} than went in");
            holds[entry.HoldId.Value] = left;
        }
    }

    private static Figures Of(Dictionary<long, Figures> grants, long id)
    {
        if (!grants.TryGetValue(id, out var grant))
        {
            grants.Add(id, grant = new Figures());
        }

        return grant;
    }

    private sealed class Figures
    {
        public long Issued { get; private set; }

        public long Available { get; private set; }

        public long Held { get; private set; }

        public long Spent { get; private set; }

        public long Expired { get; private set; }

        public long Revoked { get; private set; }

        public long Debt { get; private set; }

        public void Move(EntryKind kind, long amount, long remainder)
        {
            switch (kind)
            {
                case EntryKind.Grant:
                    Issued += amount;
                    Available += amount;
                    break;
                case EntryKind.Hold:
                    Available -= amount;
                    Held += amount;
                    break;
                case EntryKind.Capture:
                    Held -= amount;
                    Spent += amount;
                    break;
                case EntryKind.Release:
                    Held -= amount;
                    Available += amount;
                    break;
                case EntryKind.Expire:
                    Available -= amount;
                    Expired += amount;
                    break;
                case EntryKind.Revoke:
                    Available -= amount;
                    Revoked += amount;
                    Debt += remainder;
                    break;
                case EntryKind.Transfer:
                    Available -= amount;
                    Revoked += amount;
                    break;
                case EntryKind.Repay:
                    Available -= amount;
                    Revoked += amount;
                    Debt -= amount;
                    break;
                case EntryKind.Refund:
                    Spent -= amount;
                    Available += amount;
                    break;
                case EntryKind.Freeze or EntryKind.Unfreeze or EntryKind.Renew or EntryKind.Schedule or EntryKind.Member:
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(kind), kind, "The proof doesn't know this kind of entry.");
            }
        }

        public void EnsureClosed(string whose)
        {
            Issued.ShouldBe(Available + Held + Spent + Expired + Revoked, $"the figures of {whose} add up");
            new[] { Available, Held, Spent, Expired, Revoked }.Min().ShouldBeGreaterThanOrEqualTo(0, $"no figure of {whose} is below zero");
            if (whose == "the account")
            {
                Debt.ShouldBeGreaterThanOrEqualTo(0);
            }
        }
    }
}
