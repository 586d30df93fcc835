using AiCredits.Conformance;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Ledger;

namespace AiCredits.Reliability.Interleaving;

/// <summary>Commands straight to an executor, each in a batch of its own.</summary>
internal sealed class OnExecutor(ILedgerBatchExecutor executor) : ILedgerDoor
{
    public async ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command, CancellationToken cancellationToken)
        where TResult : LedgerResult
    {
        var pending = new PendingCommand<TResult>(command);
        await executor.ExecuteAsync(0, new PendingCommand[] { pending }, cancellationToken);
        pending.Complete();
        return await pending.Task;
    }
}
