using System.Text;
using AiCredits.Ledger;

namespace AiCredits.Conformance.Model;

/// <summary>One random history, decided by the kernel and by the naive ledger, compared after every command.</summary>
public sealed class ModelRun
{
    private static readonly AccountId Account = new("account");
    private static readonly DateTime Start = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);

    private readonly KernelLedger _kernel = new(Account);
    private readonly NaiveLedger _naive;
    private int _compared;
    private AccountState _state = new() { Account = Account };

    private ModelRun(Flaw flaw) => _naive = new NaiveLedger(Account, flaw);

    /// <summary>Makes the history of a seed and compares; null when there is no difference.</summary>
    public static string? Compare(int seed, int length, Flaw flaw = Flaw.None)
    {
        var steps = new List<Step>(length);
        var stream = new CommandStream(seed, Account, Start);
        var random = new Random(seed);
        var run = new ModelRun(flaw);
        for (var index = 0; index < length; index++)
        {
            var command = stream.Next();
            var step = new Step(TimeBy(stream, random), command, BoundaryBy(random));
            steps.Add(step);
            if (run.Decide(step, stream) is { } difference)
            {
                return Report(seed, Shrink(steps, flaw), flaw) ?? difference;
            }
        }

        return run.CompareAtTheEnd() is { } atTheEnd ? Report(seed, Shrink(steps, flaw), flaw) ?? atTheEnd : null;
    }

    /// <summary>The same, without looking for the shortest history that shows the difference.</summary>
    public static string? Find(int seed, int length)
    {
        var stream = new CommandStream(seed, Account, Start);
        var random = new Random(seed);
        var run = new ModelRun(Flaw.None);
        for (var index = 0; index < length; index++)
        {
            var command = stream.Next();
            if (run.Decide(new Step(TimeBy(stream, random), command, BoundaryBy(random)), stream) is { } difference)
            {
                return difference;
            }
        }

        return run.CompareAtTheEnd();
    }

    private static string? CompareSteps(List<Step> steps, Flaw flaw)
    {
        var run = new ModelRun(flaw);
        foreach (var step in steps)
        {
            if (run.Decide(step, null) is { } difference)
            {
                return difference;
            }
        }

        return run.CompareAtTheEnd();
    }

    // Leaves out ever smaller pieces for as long as a difference remains.
    private static List<Step> Shrink(List<Step> steps, Flaw flaw)
    {
        for (var size = steps.Count / 2; size > 0; size /= 2)
        {
            for (var from = 0; from + size <= steps.Count;)
            {
                var fewer = steps.Take(from).Concat(steps.Skip(from + size)).ToList();
                if (CompareSteps(fewer, flaw) is not null)
                {
                    steps = fewer;
                }
                else
                {
                    from += size;
                }
            }
        }

        return steps;
    }

    private static string? Report(int seed, List<Step> steps, Flaw flaw)
    {
        if (CompareSteps(steps, flaw) is not { } difference)
        {
            return null;
        }

        var text = new StringBuilder($"Seed {seed}, shrunk to {steps.Count} commands: {difference}\n");
        foreach (var step in steps)
        {
            text.Append($"  +{(step.At - Start).TotalSeconds:0.######} s {step.Boundary} {step.Command}\n");
        }

        return text.ToString();
    }

    // A clock may go backwards; the ledger's never does.
    private static DateTime TimeBy(CommandStream stream, Random random) => random.Next(25) == 0 ? stream.Now - TimeSpan.FromMilliseconds(random.Next(5_000)) : stream.Now;

    private static Boundary BoundaryBy(Random random) => random.Next(20) switch
    {
        0 => Boundary.Write,
        1 => Boundary.Reopen,
        2 => Boundary.Alone,
        _ => Boundary.None,
    };

    private string? Decide(Step step, CommandStream? stream)
    {
        LedgerResult expected;
        LedgerResult actual;
        try
        {
            expected = _naive.Apply(step.Command, step.At);
            switch (step.Boundary)
            {
                case Boundary.Write:
                    _kernel.Write();
                    break;
                case Boundary.Reopen:
                    _kernel.Close();
                    break;
            }

            actual = step.Boundary == Boundary.Alone ? _kernel.ApplyAlone(step.Command, step.At) : _kernel.Apply(step.Command, step.At);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return $"{step.Command.GetType().Name} threw {exception}";
        }

        stream?.Saw(actual);
        return Same(expected, actual) ? CompareFigures() : $"the answer is {Plain(actual)}, not {Plain(expected)}";
    }

    private string? CompareFigures()
    {
        var state = _kernel.State;
        if (Of(state.Available) != _naive.Available || Of(state.Held) != _naive.Held || Of(state.Debt) != _naive.Debt || state.Sequence != _naive.History.Count
            || state.Frozen != _naive.Frozen || state.Welcomed != _naive.Welcomed)
        {
            return $"the figures are {state}, not available {_naive.Available}, held {_naive.Held}, debt {_naive.Debt}, {_naive.History.Count} entries, frozen {_naive.Frozen}, welcomed {_naive.Welcomed}";
        }

        var due = _naive.Due;
        if (due is not null && (state.NextDue is null || state.NextDue > due))
        {
            return $"the next end is {state.NextDue:O}, later than {due:O}";
        }

        _state = state;
        return CompareHistory();
    }

    private string? CompareHistory()
    {
        for (; _compared < _kernel.Entries.Count; _compared++)
        {
            var (entry, naive) = (_kernel.Entries[_compared], _naive.History[_compared]);
            if (entry.Kind != naive.Kind || entry.At != naive.At || Of(entry.Amount) != naive.Amount || Of(entry.Remainder) != naive.Remainder
                || Of(entry.AvailableAfter) != naive.AvailableAfter || Of(entry.HeldAfter) != naive.HeldAfter || Of(entry.DebtAfter) != naive.DebtAfter
                || entry.Key != naive.Key || entry.HoldId != naive.HoldId || entry.GrantId != naive.GrantId)
            {
                return $"entry {entry.Sequence} is {entry}, not {naive}";
            }

            if ((entry is { Key: null, Kind: not EntryKind.Hold } && entry.RequestHash != 0) || entry.Slices.DistinctBy(slice => slice.GrantId).Count() != entry.Slices.Count)
            {
                return $"entry {entry.Sequence} has a request without a key, or a grant twice: {entry}";
            }
        }

        return null;
    }

    private string? CompareAtTheEnd()
    {
        _kernel.Close();
        if (CompareFigures() is { } difference)
        {
            return difference;
        }

        var head = new byte[_state.ChainHead.Length];
        foreach (var entry in _kernel.Entries)
        {
            head = EntryHash.Compute(head, entry);
            if (!entry.Hash.Span.SequenceEqual(head))
            {
                return $"the chain breaks at entry {entry.Sequence}";
            }
        }

        if (Of(_state.Issued) != _naive.Issued || Of(_state.Spent) != _naive.Spent || Of(_state.Expired) != _naive.Expired || Of(_state.Revoked) != _naive.Revoked)
        {
            return $"the figures are {_state}, not issued {_naive.Issued}, spent {_naive.Spent}, expired {_naive.Expired}, revoked {_naive.Revoked}";
        }

        foreach (var naive in _naive.Grants)
        {
            var grant = _kernel.Grants[naive.Id];
            if (Of(grant.Available) != naive.Available || Of(grant.Held) != naive.Held || Of(grant.Spent) != naive.Spent || Of(grant.Expired) != naive.Expired
                || Of(grant.Revoked) != naive.Revoked || Of(grant.TakenBack) != naive.Claimed || grant.Pending != naive.Pending)
            {
                return $"the grant is {grant}, not available {naive.Available}, held {naive.Held}, spent {naive.Spent}, expired {naive.Expired}, revoked {naive.Revoked}, claimed {naive.Claimed}";
            }
        }

        foreach (var naive in _naive.Holds)
        {
            if (naive.Open ? !_kernel.Holds.TryGetValue(naive.Id, out var hold) || Of(hold.Amount) != naive.Left || Of(hold.Captured) != naive.Captured || hold.ExpiresAt != naive.ExpiresAt
                : !_kernel.Generations.TryGetValue(naive.Id, out var generation) || !Same(naive.ToGeneration(Account), generation))
            {
                return $"hold {naive.Id} is not as it should be: {naive.Status}, {naive.Left} left, {naive.Captured} captured";
            }
        }

        return _kernel.Holds.Count == _naive.Holds.Count(hold => hold.Open) && _kernel.Generations.Count == _naive.Holds.Count(hold => !hold.Open)
            ? null
            : "there are more holds or generations than there should be";
    }

    private static bool Same(LedgerResult expected, LedgerResult actual) => (expected, actual) switch
    {
        (HoldResult.Held one, HoldResult.Held other) => one with { Finished = null } == other with { Finished = null } && Same(one.Finished, other.Finished),
        (TouchResult, TouchResult) => true,
        _ => expected.Equals(actual),
    };

    private static bool Same(Generation? expected, Generation? actual) => expected is null || actual is null
        ? expected is null && actual is null
        : expected.Id == actual.Id && expected.Status == actual.Status && expected.Outcome == actual.Outcome && expected.Charged == actual.Charged && expected.Released == actual.Released
            && expected.Start.Price == actual.Start.Price && expected.Start.Model == actual.Start.Model && expected.StartedAt == actual.StartedAt && expected.EndedAt == actual.EndedAt
            && expected.FirstEntry == actual.FirstEntry && expected.LastEntry == actual.LastEntry && expected.AvailableAfter == actual.AvailableAfter && expected.HeldAfter == actual.HeldAfter;

    private static string Plain(LedgerResult result) => result.ToString();

    private static decimal Of(Credits credits) => credits.ToDecimal();

    private enum Boundary
    {
        None,
        Write,
        Reopen,
        Alone,
    }

    private sealed record Step(DateTime At, LedgerCommand Command, Boundary Boundary);
}
