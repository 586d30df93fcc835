using AiCredits.Conformance;
using AiCredits.Ledger;

namespace AiCredits.Reliability.Simulation;

/// <summary>
/// One history of clients, two processes and one database, under faults that all come from the seed. At the end every errand
/// is asked for until it is answered, and then the books must say what the clients were told.
/// </summary>
internal sealed class Simulated
{
    private const int Steps = 160;
    private static readonly AccountId[] Accounts = [new("alice"), new("bob"), new("carol")];

    private readonly int _seed;
    private readonly bool _freshKeys;
    private readonly Random _random;
    private readonly Action<string> _fail;
    private readonly SimulatedStore _store = new();
    private readonly SimulatedProcess[] _processes;
    private readonly List<Errand> _errands = [];
    private readonly List<Guid> _held = [];
    private DateTime _now = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);
    private int _names;

    /// <param name="seed">Where all chance comes from.</param>
    /// <param name="freshKeys">True for clients that try again under a new key: the naive shape.</param>
    /// <param name="fail">Takes what went wrong.</param>
    public Simulated(int seed, bool freshKeys, Action<string> fail)
    {
        _seed = seed;
        _freshKeys = freshKeys;
        _random = new Random(seed);
        _fail = what => fail($"Seed {seed}: {what}");
        _processes = [NewProcess(), NewProcess()];
    }

    public int Faults { get; private set; }

    public int Commands => _errands.Count;

    public async Task RunAsync()
    {
        for (var step = 0; step < Steps; step++)
        {
            await StepAsync();
            Hear();
        }

        await EndAsync();
        Prove();
        foreach (var process in _processes)
        {
            await process.KillAsync(commits: false, _now);
        }
    }

    private SimulatedProcess NewProcess() => new(_store, _freshKeys ? 1 : 1 + _random.Next(4));

    private async Task StepAsync()
    {
        var index = _random.Next(_processes.Length);
        var process = _processes[index];
        switch (_random.Next(100))
        {
            case < 45:
                await AskAsync(Next(), process);
                break;
            case < 52:
                await AskAgainAsync(process);
                break;
            case < 60:
                // A pause of anything: holds and grants end meanwhile.
                _now += TimeSpan.FromSeconds(_random.Next(3) == 0 ? _random.Next(1, 200) : _random.NextDouble());
                break;
            case < 62:
                Faults++;
                _processes[index] = NewProcess();
                await process.KillAsync(commits: _random.Next(2) == 0, _now);
                break;
            default:
                await MoveAsync(process, faulty: true);
                break;
        }
    }

    private async Task MoveAsync(SimulatedProcess process, bool faulty)
    {
        if (process.IsAtGate)
        {
            var verdict = !faulty ? Verdict.Commit : _random.Next(20) switch
            {
                < 11 => Verdict.Commit,
                < 14 => Verdict.Tear,
                < 18 => Verdict.CommitAndLoseReply,
                _ => Verdict.Refuse,
            };
            Faults += verdict == Verdict.Commit ? 0 : 1;
            await process.JudgeAsync(verdict, _now);
        }
        else if (process.IsWaiting)
        {
            await process.WaitAsync();
        }
    }

    private async Task AskAsync(Errand errand, SimulatedProcess process)
    {
        errand.Lost &= errand.Asked.Count > 0;
        errand.Asked.Add((process, await process.SendAsync(errand.Command)));
    }

    // Somebody who got no answer, or who won't wait for it.
    private async Task AskAgainAsync(SimulatedProcess process)
    {
        var waiting = _errands.Where(errand => !errand.IsOver && (errand.Asked.Count == 0 || (!_freshKeys && _random.Next(4) == 0))).ToList();
        if (waiting.Count > 0)
        {
            await AskAsync(Again(waiting[_random.Next(waiting.Count)]), process);
        }
    }

    private Errand Again(Errand errand)
    {
        if (_freshKeys && errand.Asked.Count == 0)
        {
            errand.Command = errand.Command switch
            {
                HoldCommand hold => hold with { HoldId = NewId(), Key = hold.Key is null ? null : Name() },
                GrantCommand grant => grant with { Key = Name() },
                _ => errand.Command,
            };
        }

        return errand;
    }

    private Errand Next()
    {
        var account = Accounts[_random.Next(Accounts.Length)];
        LedgerCommand command = _random.Next(20) switch
        {
            < 5 => new GrantCommand(account, GrantKind.Purchase, Amount(20)) { Key = Name(), ExpiresAt = _random.Next(3) == 0 ? _now.AddSeconds(_random.Next(5, 400)) : null },
            5 => new GrantCommand(account, GrantKind.Bonus, Amount(20)) { Key = Poison.Prefix + Name() },
            < 13 => new HoldCommand(account, NewId(), Amount(8), TimeSpan.FromSeconds(_random.Next(1, 300)), new GenerationStart { Model = "flux-dev" }) { Key = _random.Next(2) == 0 ? Name() : null },
            < 17 => Settle(),
            17 => new RefundCommand(account, _held.Count == 0 ? NewId() : _held[_random.Next(_held.Count)]) { Key = Name() },
            18 => new TouchCommand(account),
            _ => Settle(),
        };
        var errand = new Errand(command);
        _errands.Add(errand);
        return errand;

        LedgerCommand Settle()
        {
            var id = _held.Count == 0 ? NewId() : _held[Math.Max(0, _held.Count - 1 - _random.Next(6))];
            return _random.Next(3) == 0
                ? new ReleaseCommand(account, id, new GenerationEnd { Outcome = GenerationOutcome.Failed })
                : new CaptureCommand(account, id, _random.Next(2) == 0 ? Amount(8) : null, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }) { Overrun = OverrunPolicy.Extra, Key = _random.Next(3) == 0 ? Name() : null };
        }
    }

    // Takes the answers that have come, and forgets those of the dead.
    private void Hear()
    {
        foreach (var errand in _errands)
        {
            foreach (var (process, answer) in errand.Asked.ToList())
            {
                if (!_processes.Contains(process))
                {
                    errand.Asked.Remove((process, answer));
                    errand.Lost = true;
                }
                else if (answer.IsCompleted)
                {
                    errand.Asked.Remove((process, answer));
                    Hear(errand, answer);
                }
            }
        }
    }

    private void Hear(Errand errand, Task<LedgerResult> answer)
    {
        if (answer.IsCompletedSuccessfully)
        {
            var result = answer.Result;
            if (errand.Answer is { } first && !IsSame(first, result, errand.Command.Key is not null))
            {
                _fail($"{errand.Command} was answered {first}, then {result}");
            }

            // A refusal without a key is not kept, so asking twice may get both.
            errand.Answer = errand.Acted ? errand.Answer : result;
            if (result is HoldResult.Held { Replayed: false } held)
            {
                _held.Add(held.HoldId);
            }
        }
        else if (answer.Exception!.InnerException is InvalidOperationException && Poisoned(errand))
        {
            errand.Refused = true;
        }
        else if (answer.Exception.InnerException is LedgerUnavailableException)
        {
            errand.Lost = true;
        }
        else
        {
            _fail($"{errand.Command} threw {answer.Exception.InnerException}");
            errand.Refused = true;
        }
    }

    private static bool Poisoned(Errand errand) => errand.Command.Key?.StartsWith(Poison.Prefix, StringComparison.Ordinal) == true;

    // What acted is kept, and so are refused holds with a key; other answers may change with the account.
    private static bool IsSame(LedgerResult first, LedgerResult again, bool keyed) => (first, again) switch
    {
        (HoldResult.Held one, HoldResult.Held two) => one.HoldId == two.HoldId && one.Amount == two.Amount,
        (SettleResult.Settled one, SettleResult.Settled two) => one.Captured == two.Captured || one.Status == GenerationStatus.Expired,
        (GrantResult.Granted one, GrantResult.Granted two) => one with { Replayed = false } == two with { Replayed = false },
        (RefundResult.Done one, RefundResult.Done two) => one with { Replayed = false } == two with { Replayed = false },
        (HoldResult.Insufficient one, _) when keyed => one with { Replayed = false } == again with { Replayed = false },
        _ => !Errand.HasActed(first),
    };

    private async Task EndAsync()
    {
        // The faults are over; nobody gives up.
        for (var round = 0; round < 10_000; round++)
        {
            Hear();
            var waiting = _errands.Where(errand => !errand.IsOver && errand.Asked.Count == 0).ToList();
            if (waiting.Count == 0 && !_processes.Any(process => process.IsAtGate || process.IsWaiting))
            {
                return;
            }

            foreach (var errand in waiting)
            {
                await AskAsync(Again(errand), _processes[_random.Next(_processes.Length)]);
            }

            foreach (var process in _processes)
            {
                // One after the other, or two answers to one errand would be heard in another order than they were decided.
                await MoveAsync(process, faulty: false);
                Hear();
            }
        }

        _fail("the writers never came to rest");
    }

    private void Prove()
    {
        foreach (var (account, rows) in _store.Accounts)
        {
            try
            {
                LedgerProof.Ensure(rows.Entries, rows.State, [.. rows.Grants.Values.Where(grant => grant.IsLive)]);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                _fail($"the books of {account} don't close: {exception.Message}");
            }

            var mine = _errands.Where(errand => errand.Command.Account == account).ToList();
            var granted = mine.Select(errand => errand.Answer).OfType<GrantResult.Granted>().Aggregate(Credits.Zero, (sum, grant) => sum + grant.Amount);
            if (rows.State.Issued != granted)
            {
                _fail($"{account} was told of {granted} credits, and {rows.State.Issued} were issued");
            }

            var told = mine.Select(errand => errand.Answer).OfType<HoldResult.Held>().Select(held => held.HoldId).ToHashSet();
            var first = rows.Entries.Where(entry => entry.Kind == EntryKind.Hold).Select(entry => entry.HoldId!.Value).ToHashSet();
            if (!first.SetEquals(told))
            {
                _fail($"{account} was told of {told.Count} holds, and there are {first.Count}");
            }
        }

        foreach (var settled in _errands.Where(errand => errand.Answer is SettleResult.Settled { Replayed: false } or SettleResult.Settled { ChargedLate: true }))
        {
            var answer = (SettleResult.Settled)settled.Answer!;
            var charged = _store.Accounts[settled.Command.Account].Entries.Where(entry => entry.Kind == EntryKind.Capture && entry.HoldId == answer.HoldId).Aggregate(Credits.Zero, (sum, entry) => sum + entry.Amount);
            if (charged != answer.Captured)
            {
                _fail($"{settled.Command} was told of {answer.Captured} credits, and {charged} were taken");
            }
        }

        foreach (var poisoned in _errands.Where(Poisoned))
        {
            if (!poisoned.Refused)
            {
                _fail($"{poisoned.Command} was answered {poisoned.Answer}");
            }
        }
    }

    private Credits Amount(int most) => Credits.FromMillionths(_random.NextInt64(1, most * 1_000_000L));

    private string Name() => $"name-{_names++}";

    private Guid NewId() => new(_seed, (short)_names, (short)(_names++ >> 16), 1, 2, 3, 4, 5, 6, 7, 8);
}
