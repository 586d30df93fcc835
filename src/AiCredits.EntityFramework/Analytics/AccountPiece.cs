using System.Globalization;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Analytics;

/// <summary>
/// The entries of one account from one to another, and what they add to the roll-ups. Exact wherever a piece is cut and
/// whenever it is read: what it adds is what is so as of its last entry less what was so as of the one before its first,
/// whatever the tables say of later.
/// </summary>
/// <param name="Mark">Up to where the account is rolled up.</param>
/// <param name="Entries">The entries after that, oldest first, at least one.</param>
/// <param name="Generations">The finished generations that the entries name, as they are now.</param>
/// <param name="Kinds">The kinds of the grants that the entries name.</param>
/// <param name="Settlements">The captures and releases, oldest first, of those generations that were settled twice or refunded.</param>
internal sealed record AccountPiece(
    AnalyticsAccountRow Mark,
    IReadOnlyList<Entry> Entries,
    IReadOnlyDictionary<Guid, Generation> Generations,
    IReadOnlyDictionary<long, GrantKind> Kinds,
    IReadOnlyDictionary<Guid, IReadOnlyList<Entry>> Settlements)
{
    /// <summary>True for a generation whose row alone doesn't say when it ended first: its hold ended by itself and it was charged late, or it was refunded.</summary>
    public static bool NeedsSettlements(Generation generation) => generation.Status == GenerationStatus.Refunded || WasChargedLate(generation);

    /// <summary>Adds the piece, and says where the account is rolled up to then.</summary>
    public AnalyticsAccountRow AddTo(RollUpDelta delta)
    {
        var account = Mark.AccountId;
        var firstAt = Mark.DoneSeq == 0 ? Stored.Micros(Entries[0].At) : Mark.FirstAt;
        var firstPurchaseAt = Mark.FirstPurchaseAt;
        if (Mark.DoneSeq == 0)
        {
            delta.Add(Entries[0].At, AnalyticsMeasure.NewAccount, count: 1);
        }

        foreach (var entry in Entries)
        {
            AddEntry(delta, account, entry);
            if (firstPurchaseAt is null && entry is { Kind: EntryKind.Grant, GrantKind: GrantKind.Purchase })
            {
                firstPurchaseAt = Stored.Micros(entry.At);
                delta.Add(entry.At, AnalyticsMeasure.FirstPurchase, count: 1);
            }
        }

        var until = Entries[^1].Sequence;
        foreach (var generation in Entries.Where(entry => entry.Kind is EntryKind.Capture or EntryKind.Release).Select(entry => entry.HoldId!.Value).Distinct().Select(id => Generations.GetValueOrDefault(id)).OfType<Generation>())
        {
            var (before, after) = (AsOf(generation, Mark.DoneSeq), AsOf(generation, until));
            if (before != after)
            {
                Count(delta, account, before, -1);
                Count(delta, account, after, 1);
            }
        }

        return new AnalyticsAccountRow { AccountId = account, DoneSeq = until, FirstAt = firstAt, FirstPurchaseAt = firstPurchaseAt };
    }

    private void AddEntry(RollUpDelta delta, string account, Entry entry)
    {
        switch (entry.Kind)
        {
            case EntryKind.Grant:
                delta.Add(entry.At, AnalyticsMeasure.Granted, detail: Name(entry.GrantKind ?? 0), count: 1, amount: entry.Amount.Millionths);
                break;
            case EntryKind.Capture or EntryKind.Refund:
                var measure = entry.Kind == EntryKind.Capture ? AnalyticsMeasure.Spent : AnalyticsMeasure.Refunded;
                foreach (var slice in entry.Slices)
                {
                    delta.Add(entry.At, measure, entry.Model ?? "", Name(Kinds[slice.GrantId]), amount: slice.Amount.Millionths);
                }

                delta.AddActivity(entry.At, account, 0, entry.Kind == EntryKind.Capture ? entry.Amount.Millionths : -entry.Amount.Millionths);
                break;
            case EntryKind.Expire:
                delta.Add(entry.At, AnalyticsMeasure.Expired, amount: entry.Amount.Millionths);
                break;
            case EntryKind.Revoke or EntryKind.Repay:
                delta.Add(entry.At, AnalyticsMeasure.Revoked, amount: entry.Amount.Millionths);
                break;
        }
    }

    private static void Count(RollUpDelta delta, string account, EndedGeneration? ended, int sign)
    {
        if (ended is not null)
        {
            ended.AddTo(delta, AnalyticsMeasure.Generation, sign);
            delta.AddActivity(ended.EndedAt, account, sign, 0);
        }
    }

    /// <summary>The generation as of an entry of the account; null when it had not ended.</summary>
    private EndedGeneration? AsOf(Generation generation, long sequence)
    {
        if (!NeedsSettlements(generation))
        {
            return generation.LastEntry <= sequence ? EndedGeneration.From(generation) : null;
        }

        var settlements = Settlements[generation.Id];
        if (settlements[^1].Sequence <= sequence)
        {
            // A refund changes neither when it ended nor how.
            return EndedGeneration.From(generation);
        }

        return WasChargedLate(generation) && settlements.LastOrDefault(entry => entry.Kind == EntryKind.Release) is { } ended && ended.Sequence <= sequence
            ? new EndedGeneration(generation.Start.Model, GenerationOutcome.Unknown, generation.StartedAt, ended.At, generation.Charged - settlements[^1].Amount, null, null)
            : null;
    }

    // What is charged after the hold has gone back is charged beyond its price; a capture beyond an open hold leaves nothing to release.
    private static bool WasChargedLate(Generation generation) => !generation.Released.IsZero && generation.Charged + generation.Released > generation.Start.Price;

    private static string Name(GrantKind kind) => ((int)kind).ToString(CultureInfo.InvariantCulture);
}
