using System.Threading.Channels;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Ledger;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.Reliability.Simulation;

/// <summary>
/// An instance of an app: the real writer on a simulated database. Every batch waits at a gate until the simulation says what
/// becomes of it, and nothing else happens meanwhile, so that a seed gives the same history whatever the threads do.
/// </summary>
internal sealed class SimulatedProcess : ILedgerBatchExecutor
{
    private readonly Channel<bool> _signals = Channel.CreateUnbounded<bool>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SimulatedStore _store;
    private readonly SignallingClock _clock;
    private readonly LedgerWriter _writer;
    private readonly List<(LedgerCommand Command, Task Answer)> _open = [];
    private volatile Arrival? _arrival;
    private volatile bool _dead;

    public SimulatedProcess(SimulatedStore store, int attempts)
    {
        _store = store;
        _clock = new SignallingClock(_signals.Writer);
        _writer = new LedgerWriter(this, new LedgerWriterOptions { Attempts = attempts, BatchSize = 8 }, _clock, NullLogger<LedgerWriter>.Instance);
    }

    public int Lanes => 1;

    /// <summary>True while a batch waits for its verdict.</summary>
    public bool IsAtGate => _arrival is not null;

    /// <summary>True while the writer waits before it tries a batch again.</summary>
    public bool IsWaiting => _clock.Waits;

    /// <summary>Gives a command to the writer. Call it only when the process is at rest.</summary>
    public async Task<Task<LedgerResult>> SendAsync(LedgerCommand command)
    {
        var answer = Conformance.AnyCommand.ExecuteAsync(new OnWriter(_writer), command, CancellationToken.None);
        _open.Add((command, answer));
        _ = answer.ContinueWith(_ => _signals.Writer.TryWrite(true), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await RestAsync();
        return answer;
    }

    /// <summary>Says what becomes of the batch at the gate.</summary>
    public async Task JudgeAsync(Verdict verdict, DateTime now)
    {
        var arrival = _arrival!;
        _arrival = null;
        var isPoisoned = arrival.Commands.Exists(Poison.Is);
        if (verdict != Verdict.Refuse && !isPoisoned)
        {
            _store.Execute(arrival.Commands.ToArray(), now, commits: verdict != Verdict.Tear);
        }

        // Who asks a second time must hear what was decided first before what is decided later, however slow the threads are.
        var answers = verdict == Verdict.Commit && !isPoisoned ? arrival.Commands.ConvertAll(TakeAnswer) : [];
        arrival.Verdict.SetResult(verdict);
        await Task.WhenAll(answers).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await RestAsync();
    }

    /// <summary>Lets the wait before the next attempt pass.</summary>
    public async Task WaitAsync()
    {
        _clock.Pass();
        await RestAsync();
    }

    /// <summary>Ends the process in the middle of whatever it does. The batch at the gate may be committed all the same.</summary>
    public async Task KillAsync(bool commits, DateTime now)
    {
        _dead = true;
        if (_arrival is { } arrival)
        {
            _arrival = null;
            if (!arrival.Commands.Exists(Poison.Is))
            {
                _store.Execute(arrival.Commands.ToArray(), now, commits);
            }

            arrival.Verdict.SetResult(Verdict.Refuse);
        }

        _clock.Pass();
        await _writer.DisposeAsync();
    }

    async ValueTask ILedgerBatchExecutor.ExecuteAsync(int lane, ReadOnlyMemory<PendingCommand> batch, CancellationToken cancellationToken)
    {
        if (_dead)
        {
            throw new NotSupportedException("The process is dead.");
        }

        var arrival = new Arrival([.. batch.Span]);
        _arrival = arrival;
        _signals.Writer.TryWrite(true);
        switch (await arrival.Verdict.Task.ConfigureAwait(false))
        {
            case Verdict.Refuse:
                throw new NotSupportedException("The database can't be used.");
            case Verdict.Tear or Verdict.CommitAndLoseReply:
                throw new IOException("The line went dead.");
            case var _ when arrival.Commands.Exists(Poison.Is):
                throw new FormatException("The database refuses one of the commands.");
        }
    }

    BatchFault ILedgerBatchExecutor.Classify(Exception exception) => exception switch
    {
        IOException => _dead ? BatchFault.Database : BatchFault.Transient,
        NotSupportedException => BatchFault.Database,
        _ => BatchFault.Command,
    };

    ValueTask ILedgerBatchExecutor.CheckAsync(CancellationToken cancellationToken) => default;

    ValueTask IAsyncDisposable.DisposeAsync() => default;

    // Commands of an account are carried out in the order in which they were sent, and so are repeats of one.
    private Task TakeAnswer(PendingCommand pending)
    {
        var index = _open.FindIndex(open => ReferenceEquals(open.Command, pending.Command));
        var answer = _open[index].Answer;
        _open.RemoveAt(index);
        return answer;
    }

    // Until a batch is at the gate, the writer waits for its clock, or there is nothing left to do.
    private async Task RestAsync()
    {
        while (!IsAtGate && !IsWaiting)
        {
            _open.RemoveAll(open => open.Answer.IsCompleted);
            if (_open.Count == 0)
            {
                return;
            }

            await _signals.Reader.ReadAsync();
        }
    }

    private sealed class Arrival(List<PendingCommand> commands)
    {
        public List<PendingCommand> Commands { get; } = commands;

        public TaskCompletionSource<Verdict> Verdict { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class SignallingClock(ChannelWriter<bool> signals) : FakeTimeProvider
    {
        private int _timers;

        public bool Waits => Volatile.Read(ref _timers) > 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            signals.TryWrite(true);
            return timer;
        }

        public void Pass()
        {
            Interlocked.Exchange(ref _timers, 0);
            Advance(TimeSpan.FromDays(1));
        }
    }
}
