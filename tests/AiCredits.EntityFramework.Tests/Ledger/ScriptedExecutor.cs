using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>An executor without a database, for what only the writer decides. Answers touches; a script may wait or throw first.</summary>
internal sealed class ScriptedExecutor : ILedgerBatchExecutor
{
    private readonly Lock gate = new();
    private readonly List<LedgerCommand[]> batches = [];

    public int Lanes { get; init; } = 1;

    /// <summary>Runs for every batch; throw an <see cref="IOException"/> for a transient fault, a <see cref="NotSupportedException"/> for an unusable database.</summary>
    public Func<LedgerCommand[], Task> Script { get; set; } = _ => Task.CompletedTask;

    public bool IsDisposed { get; private set; }

    public LedgerCommand[][] Batches
    {
        get
        {
            lock (gate)
            {
                return [.. batches];
            }
        }
    }

    public async ValueTask ExecuteAsync(int lane, ReadOnlyMemory<PendingCommand> batch, CancellationToken cancellationToken)
    {
        var commands = batch.ToArray().Select(pending => pending.Command).ToArray();
        lock (gate)
        {
            batches.Add(commands);
        }

        await Script(commands);
        foreach (var pending in batch.ToArray())
        {
            pending.Decide(new TouchResult(new AccountState { Account = pending.Command.Account }));
        }
    }

    public BatchFault Classify(Exception exception) => exception switch
    {
        IOException => BatchFault.Transient,
        NotSupportedException => BatchFault.Database,
        _ => BatchFault.Command,
    };

    public ValueTask CheckAsync(CancellationToken cancellationToken) => default;

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return default;
    }
}
