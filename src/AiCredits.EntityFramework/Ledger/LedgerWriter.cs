using AiCredits.Ledger;
using Microsoft.Extensions.Logging;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>
/// Every write of the ledger goes through here: commands queue in lanes, each lane carries out what has gathered as one
/// batch with one commit, and callers hear of their answer after it. Under load the commit is shared by hundreds; a lone
/// caller waits for nobody.
/// </summary>
internal sealed class LedgerWriter : IAsyncDisposable
{
    private readonly ILedgerBatchExecutor executor;
    private readonly LedgerLane[] lanes;

    public LedgerWriter(ILedgerBatchExecutor executor, LedgerWriterOptions options, TimeProvider clock, ILogger<LedgerWriter> logger)
    {
        this.executor = executor;
        lanes = new LedgerLane[executor.Lanes];
        for (var index = 0; index < lanes.Length; index++)
        {
            lanes[index] = new LedgerLane(index, executor, options, clock, logger);
        }
    }

    /// <summary>
    /// Carries out a command and answers once it is durable. Cancelling gives up the wait, not the command.
    /// </summary>
    /// <exception cref="ArgumentException">The command can never be right.</exception>
    /// <exception cref="LedgerUnavailableException">The database can't be reached, the queue is full, or the app shuts down.</exception>
    /// <exception cref="LedgerInvariantException">The figures of an account don't add up, now or earlier in the same lane.</exception>
    public ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command, CancellationToken cancellationToken = default)
        where TResult : LedgerResult
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        var pending = new PendingCommand<TResult>(command);
        lanes[LaneOf(command.Account, lanes.Length)].Enqueue(pending);
        return new ValueTask<TResult>(cancellationToken.CanBeCanceled ? pending.Task.WaitAsync(cancellationToken) : pending.Task);
    }

    /// <summary>Throws when a command could not be carried out now: a lane is closed, or the database can't be written to.</summary>
    /// <exception cref="LedgerUnavailableException">The message says why.</exception>
    public async ValueTask CheckAsync(CancellationToken cancellationToken = default)
    {
        foreach (var lane in lanes)
        {
            if (lane.Fault is { } fault)
            {
                throw new LedgerUnavailableException($"A lane of the ledger's writer is closed: {fault.Message}", fault);
            }
        }

        try
        {
            await executor.CheckAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException and not LedgerUnavailableException)
        {
            throw new LedgerUnavailableException($"The ledger's database can't be used: {exception.Message}", exception);
        }
    }

    /// <summary>Carries out what is queued, turns away what comes later, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(lanes.Select(lane => lane.DrainAsync())).ConfigureAwait(false);
        await executor.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>How many commands wait in all lanes.</summary>
    public int Waiting => lanes.Sum(lane => lane.Waiting);

    // FNV-1a: the same account is in the same lane in every process and after every restart.
    internal static int LaneOf(AccountId account, int lanes)
    {
        var hash = 2_166_136_261;
        foreach (var character in account.Value)
        {
            hash = unchecked((hash ^ character) * 16_777_619);
        }

        return (int)((hash ^ (hash >> 16)) % (uint)lanes);
    }
}
