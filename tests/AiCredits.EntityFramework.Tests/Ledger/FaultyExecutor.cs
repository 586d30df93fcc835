namespace AiCredits.EntityFramework.Ledger;

/// <summary>Loses the acknowledgement of commits: the batch is written, and the caller is told that the line went dead.</summary>
internal sealed class FaultyExecutor(ILedgerBatchExecutor inner, Func<bool> losesAcknowledgement) : ILedgerBatchExecutor
{
    private int lost;

    /// <summary>How many acknowledgements were lost.</summary>
    public int Lost => lost;

    public int Lanes => inner.Lanes;

    public async ValueTask ExecuteAsync(int lane, ReadOnlyMemory<PendingCommand> batch, CancellationToken cancellationToken)
    {
        await inner.ExecuteAsync(lane, batch, cancellationToken);
        if (losesAcknowledgement())
        {
            Interlocked.Increment(ref lost);
            throw new IOException("The line went dead after the commit.");
        }
    }

    public BatchFault Classify(Exception exception) => exception is IOException ? BatchFault.Transient : inner.Classify(exception);

    public ValueTask CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
