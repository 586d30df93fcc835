using AiCredits.Ledger;

namespace AiCredits.Integrity;

/// <summary>Proves an account's holds and finished generations from the entries that made, changed and ended them.</summary>
internal sealed class HoldProof(AccountArchive archive, FaultList faults)
{
    private static readonly HoldExpiryPolicy[] Policies = Enum.GetValues<HoldExpiryPolicy>();
    private readonly Dictionary<Guid, Story> holds = [];
    private Story? lastEnded;

    public void Read(Entry entry)
    {
        // What a hold gave back may expire at once and repay debt, before its generation notes what the account had left.
        if (lastEnded?.NoteLeft(entry) == true)
        {
            return;
        }

        lastEnded = null;
        switch (entry.Kind)
        {
            case EntryKind.Hold:
                StoryOf(entry).Hold(entry);
                break;
            case EntryKind.Renew:
                StoryOf(entry).EndsAt = entry.EndsAt;
                break;
            case EntryKind.Capture or EntryKind.Release:
                lastEnded = StoryOf(entry);
                lastEnded.Settle(entry);
                break;
            case EntryKind.Refund:
                StoryOf(entry).Refunded += entry.Amount;
                StoryOf(entry).LastSequence = entry.Sequence;
                break;
        }
    }

    /// <summary>Compares with an open hold's own row.</summary>
    public void Compare(Hold hold)
    {
        if (Take(hold.Id) is not { } story)
        {
            return;
        }

        faults.Expect(
            hold.Amount == story.Held - story.Captured - story.Released && hold.Captured == story.Captured,
            IntegrityRule.Hold,
            $"open hold {hold.Id} says {hold.Amount} held and {hold.Captured} captured; its entries say {story.Held - story.Captured - story.Released} and {story.Captured}");
        faults.Expect(
            story.IsPinned(hold.Slices),
            IntegrityRule.Hold,
            $"open hold {hold.Id} names other grants than its entries");
        faults.Expect(
            hold.EntrySequence == story.FirstSequence && hold.HeldAt == story.HeldAt && hold.ExpiresAt == story.EndsAt
                && hold.AvailableAfter == story.AvailableAtFirst && hold.HeldAfter == story.HeldAtFirst,
            IntegrityRule.Hold,
            $"open hold {hold.Id} says entry {hold.EntrySequence}, from {hold.HeldAt:O} until {hold.ExpiresAt:O}, then {hold.AvailableAfter} available and {hold.HeldAfter} held; its entries say {story.FirstSequence}, {story.HeldAt:O}, {story.EndsAt:O}, {story.AvailableAtFirst}, {story.HeldAtFirst}");
        faults.Expect(
            hold.Generation.Model == story.Model && hold.RequestHash == story.RequestHash && HashOf(hold.Id, hold.Generation, hold.OnExpiry) == story.RequestHash,
            IntegrityRule.Hold,
            $"what open hold {hold.Id} is for (model, count, price, member, what happens at its end) is not what entry {story.FirstSequence} was made for");
    }

    /// <summary>Compares with a finished generation's own row.</summary>
    public void Compare(Generation generation)
    {
        if (Take(generation.Id) is not { } story)
        {
            return;
        }

        faults.Expect(story.Held == story.Captured + story.Released, IntegrityRule.Hold, $"generation {generation.Id} has ended with {story.Held - story.Captured - story.Released} still held");
        faults.Expect(
            generation.Charged == story.Captured && generation.Released == story.Released && (story.Refunded.IsZero || story.Refunded == story.Captured),
            IntegrityRule.Hold,
            $"generation {generation.Id} says {generation.Charged} charged and {generation.Released} released; its entries say {story.Captured} captured, {story.Released} released and {story.Refunded} refunded");
        faults.Expect(
            story.CanBe(generation),
            IntegrityRule.Hold,
            $"generation {generation.Id} says it is {generation.Status} with outcome {generation.Outcome}; its entries say otherwise");
        faults.Expect(
            generation.FirstEntry == story.FirstSequence && generation.LastEntry == story.LastSequence && generation.StartedAt == story.HeldAt && generation.EndedAt == story.SettledAt
                && generation.HeldAfter == story.HeldAtLast && generation.AvailableAfter == story.AvailableAtLast,
            IntegrityRule.Hold,
            $"generation {generation.Id} says entries {generation.FirstEntry} to {generation.LastEntry}, from {generation.StartedAt:O} to {generation.EndedAt:O}, then {generation.AvailableAfter} available and {generation.HeldAfter} held; its entries are {story.FirstSequence} to {story.LastSequence}, from {story.HeldAt:O} to {story.SettledAt:O}, and leave {story.AvailableAtLast} and {story.HeldAtLast}");
        faults.Expect(
            generation.Start.Model == story.Model && generation.RequestHash == story.RequestHash && Array.Exists(Policies, policy => HashOf(generation.Id, generation.Start, policy) == story.RequestHash),
            IntegrityRule.Hold,
            $"what generation {generation.Id} was for (model, count, price, member) is not what entry {story.FirstSequence} was made for");
    }

    public void CompareMissing()
    {
        foreach (var missing in holds.Keys)
        {
            faults.Expect(false, IntegrityRule.Hold, $"the entries name hold {missing}, which is neither open nor finished");
        }
    }

    private long HashOf(Guid id, GenerationStart start, HoldExpiryPolicy onExpiry) =>
        new HoldCommand(archive.State.Account, id, start.Price, default, start) { OnExpiry = onExpiry, Member = start.Member }.HashRequest();

    private Story? Take(Guid id)
    {
        var found = holds.Remove(id, out var story);
        faults.Expect(found, IntegrityRule.Hold, $"no entry has made hold {id}");
        return story;
    }

    private Story StoryOf(Entry entry)
    {
        var id = entry.HoldId ?? Guid.Empty;
        if (!holds.TryGetValue(id, out var story))
        {
            holds.Add(id, story = new Story());
        }

        return story;
    }

    /// <summary>What the entries of one hold say.</summary>
    private sealed class Story
    {
        private bool heldAgain;
        private EntryKind lastSettlement;
        private IReadOnlyList<GrantSlice> lastSlices = [];
        private IReadOnlyList<GrantSlice> pinned = [];

        public long FirstSequence { get; private set; }

        public long LastSequence { get; set; }

        public DateTime HeldAt { get; private set; }

        public DateTime? EndsAt { get; set; }

        public DateTime? SettledAt { get; private set; }

        public long RequestHash { get; private set; }

        public string? Model { get; private set; }

        public Credits AvailableAtFirst { get; private set; }

        public Credits HeldAtFirst { get; private set; }

        public Credits AvailableAtLast { get; private set; }

        public Credits HeldAtLast { get; private set; }

        public Credits Held { get; private set; }

        public Credits Captured { get; private set; }

        public Credits Released { get; private set; }

        public Credits Refunded { get; set; }

        public void Hold(Entry entry)
        {
            // Later ones add to the first: for a capture of more than was held, or one that came too late.
            if (FirstSequence == 0)
            {
                FirstSequence = entry.Sequence;
                HeldAt = entry.At;
                EndsAt = entry.EndsAt;
                RequestHash = entry.RequestHash;
                Model = entry.Model;
                AvailableAtFirst = entry.AvailableAfter;
                HeldAtFirst = entry.HeldAfter;
            }
            else
            {
                heldAgain = true;
            }

            Held += entry.Amount;
            Pin(entry.Slices, 1);
        }

        public void Settle(Entry entry)
        {
            if (entry.Kind == EntryKind.Capture)
            {
                Captured += entry.Amount;
            }
            else
            {
                Released += entry.Amount;
            }

            Pin(entry.Slices, -1);
            lastSettlement = entry.Kind;
            LastSequence = entry.Sequence;
            SettledAt = entry.At;
            lastSlices = entry.Slices;
            AvailableAtLast = entry.AvailableAfter;
            HeldAtLast = entry.HeldAfter;
        }

        /// <summary>True when an entry belongs to the end that was read last.</summary>
        public bool NoteLeft(Entry entry)
        {
            var belongs = lastSettlement == EntryKind.Release && entry.At == SettledAt
                && (entry.Kind == EntryKind.Repay || (entry.Kind == EntryKind.Expire && lastSlices.Any(slice => slice.GrantId == entry.GrantId)));
            AvailableAtLast = belongs ? entry.AvailableAfter : AvailableAtLast;
            return belongs;
        }

        public bool IsPinned(IReadOnlyList<GrantSlice> slices) =>
            slices.GroupBy(slice => slice.GrantId).All(group => pinned.Any(slice => slice.GrantId == group.Key && slice.Amount == Sum(group)))
            && Sum(slices) == Sum(pinned);

        // A hold that nobody settled ends at the very time that it was to end; who settles comes before that, or too late and
        // holds again.
        public bool CanBe(Generation generation) => generation.Status switch
        {
            GenerationStatus.Refunded => !Refunded.IsZero,
            _ when !Refunded.IsZero => false,
            GenerationStatus.Expired => SettledAt == EndsAt && generation.Outcome == GenerationOutcome.Unknown,
            GenerationStatus.Failed => SettledAt != EndsAt && Captured.IsZero && generation.Outcome != GenerationOutcome.Succeeded,
            GenerationStatus.Succeeded => (SettledAt != EndsAt || heldAgain) && (!Captured.IsZero || lastSettlement == EntryKind.Capture || generation.Outcome == GenerationOutcome.Succeeded),
            _ => false,
        };

        private static Credits Sum(IEnumerable<GrantSlice> slices) => slices.Aggregate(Credits.Zero, static (sum, slice) => sum + slice.Amount);

        private void Pin(IReadOnlyList<GrantSlice> slices, int sign)
        {
            if (sign > 0 && pinned.Count == 0)
            {
                pinned = slices;
                return;
            }

            if (sign < 0 && pinned.SequenceEqual(slices))
            {
                pinned = [];
                return;
            }

            var sums = pinned.ToDictionary(slice => slice.GrantId, slice => slice.Amount);
            foreach (var slice in slices)
            {
                var before = sums.GetValueOrDefault(slice.GrantId);
                sums[slice.GrantId] = sign > 0 ? before + slice.Amount : before - slice.Amount;
            }

            pinned = [.. sums.Where(sum => !sum.Value.IsZero).Select(sum => new GrantSlice(sum.Key, sum.Value))];
        }
    }
}
