using System.Threading.Channels;
using AiCredits.Ledger;
using Microsoft.Extensions.Logging;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>One queue and one loop that empties it, batch by batch, one batch in flight.</summary>
internal sealed partial class LedgerLane
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly int index;
    private readonly ILedgerBatchExecutor executor;
    private readonly LedgerWriterOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly LaneQueue queue;
    private readonly Channel<bool> wakeUp = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Task loop;
    private bool draining;
    private bool outage;

    public LedgerLane(int index, ILedgerBatchExecutor executor, LedgerWriterOptions options, TimeProvider clock, ILogger logger)
    {
        this.index = index;
        this.executor = executor;
        this.options = options;
        this.clock = clock;
        this.logger = logger;
        queue = new LaneQueue(options.QueueCapacity);

        // The loop outlives whoever makes the writer, so it must not carry his activity, culture or transaction along.
        using (ExecutionContext.SuppressFlow())
        {
            loop = Task.Run(RunAsync);
        }
    }

    /// <summary>Why the lane is closed for good; null while it is open.</summary>
    public LedgerInvariantException? Fault { get; private set; }

    /// <summary>How many commands wait.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return queue.Count;
            }
        }
    }

    public void Enqueue(PendingCommand pending)
    {
        lock (gate)
        {
            if (Fault is { } fault)
            {
                throw Closed(fault);
            }

            if (draining)
            {
                throw new LedgerUnavailableException("The ledger's writer is shutting down. Try again on another instance, or after the restart.");
            }

            if (!queue.TryAdd(pending))
            {
                throw new LedgerUnavailableException($"{queue.Count} commands wait for the ledger already. Try again later; if this lasts, the database is too slow for the load.") { RetryAfter = RetryAfter };
            }
        }

        wakeUp.Writer.TryWrite(true);
    }

    public Task DrainAsync()
    {
        lock (gate)
        {
            draining = true;
        }

        wakeUp.Writer.TryComplete();
        return loop;
    }

    private async Task RunAsync()
    {
        var batch = new PendingCommand[options.BatchSize];
        while (await wakeUp.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            wakeUp.Reader.TryRead(out _);
            await EmptyAsync(batch).ConfigureAwait(false);
        }

        // What was queued right before the drain began.
        await EmptyAsync(batch).ConfigureAwait(false);
    }

    private async ValueTask EmptyAsync(PendingCommand[] batch)
    {
        for (var count = Take(batch); count > 0; count = Take(batch))
        {
            await WriteAsync(batch.AsMemory(0, count)).ConfigureAwait(false);
            batch.AsSpan(0, count).Clear();
        }
    }

    private int Take(PendingCommand[] batch)
    {
        lock (gate)
        {
            return queue.Take(batch);
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<PendingCommand> batch)
    {
        var delay = options.FirstDelay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (Fault is { } earlier)
                {
                    Fail(batch, Closed(earlier));
                    return;
                }

                // The host waits for the drain, and every further attempt may take a connection's whole time-out.
                if (draining && outage)
                {
                    Fail(batch, new LedgerUnavailableException("The app shuts down while the ledger's database can't be used."));
                    return;
                }

                await executor.ExecuteAsync(index, batch, CancellationToken.None).ConfigureAwait(false);
                outage = false;
                Complete(batch);
                return;
            }
            catch (LedgerInvariantException exception)
            {
                Close(exception);
                Fail(batch, exception);
                return;
            }
            catch (Exception exception)
            {
                switch (executor.Classify(exception))
                {
                    // During an outage the queue would fill up behind each batch's patience, so later batches try once.
                    case BatchFault.Transient when attempt < options.Attempts && !outage:
                        LogRetry(exception, index, batch.Length, attempt);
                        await Task.Delay(delay, clock).ConfigureAwait(false);
                        delay *= 2;
                        break;

                    case BatchFault.Command when batch.Length > 1:
                        LogHalving(exception, index, batch.Length);
                        var half = batch.Length / 2;
                        await WriteAsync(batch[..half]).ConfigureAwait(false);
                        await WriteAsync(batch[half..]).ConfigureAwait(false);
                        return;

                    case BatchFault.Command:
                        var command = batch.Span[0].Command;
                        LogPoison(exception, command.GetType().Name, command.Account);
                        Fail(batch, new InvalidOperationException($"The database refused a {command.GetType().Name} of account '{command.Account}': {exception.Message}", exception));
                        return;

                    default:
                        outage = true;
                        LogOutage(exception, index, batch.Length);
                        Fail(batch, new LedgerUnavailableException($"The ledger's database can't be used: {exception.Message}", exception) { RetryAfter = RetryAfter });
                        return;
                }
            }
        }
    }

    private void Close(LedgerInvariantException exception)
    {
        LogClosed(exception, index);
        lock (gate)
        {
            Fault = exception;
        }
    }

    private static LedgerInvariantException Closed(LedgerInvariantException fault) =>
        new($"The ledger has stopped writing since a figure did not add up: {fault.Message} Run the integrity check, then restart.");

    private static void Complete(ReadOnlyMemory<PendingCommand> batch)
    {
        foreach (var pending in batch.Span)
        {
            pending.Complete();
        }
    }

    private static void Fail(ReadOnlyMemory<PendingCommand> batch, Exception exception)
    {
        foreach (var pending in batch.Span)
        {
            pending.Fail(exception);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Lane {Lane}: a batch of {Count} commands is tried again after attempt {Attempt}")]
    private partial void LogRetry(Exception exception, int lane, int count, int attempt);

    [LoggerMessage(2, LogLevel.Error, "Lane {Lane}: the database can't be used; {Count} commands failed")]
    private partial void LogOutage(Exception exception, int lane, int count);

    [LoggerMessage(3, LogLevel.Warning, "Lane {Lane}: a batch of {Count} commands is halved to find the one that fails")]
    private partial void LogHalving(Exception exception, int lane, int count);

    [LoggerMessage(4, LogLevel.Error, "The database refused a {Command} of account {Account}")]
    private partial void LogPoison(Exception exception, string command, AccountId account);

    [LoggerMessage(5, LogLevel.Critical, "Lane {Lane} of the ledger is closed: a figure does not add up")]
    private partial void LogClosed(Exception exception, int lane);
}
