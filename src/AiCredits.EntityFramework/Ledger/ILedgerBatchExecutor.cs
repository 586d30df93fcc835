using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>Carries out batches of commands against one database.</summary>
internal interface ILedgerBatchExecutor : IAsyncDisposable
{
    /// <summary>How many batches may run side by side. An account is always in the same lane.</summary>
    int Lanes { get; }

    /// <summary>
    /// Carries out a batch in one transaction and returns after its commit, with an answer noted on every command. When it
    /// throws, either nothing was written or (see <see cref="BatchFault.Transient"/>) nobody knows. Never called twice at
    /// once for a lane.
    /// </summary>
    /// <exception cref="LedgerInvariantException">The figures don't add up; nothing was written.</exception>
    ValueTask ExecuteAsync(int lane, ReadOnlyMemory<PendingCommand> batch, CancellationToken cancellationToken);

    /// <summary>What an exception of <see cref="ExecuteAsync"/> says about the batch.</summary>
    BatchFault Classify(Exception exception);

    /// <summary>Throws when the database can't be written to now.</summary>
    ValueTask CheckAsync(CancellationToken cancellationToken);
}
