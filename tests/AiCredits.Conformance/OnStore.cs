using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>Commands through a store.</summary>
public sealed class OnStore(ICreditStore store) : ILedgerDoor
{
    /// <inheritdoc />
    public ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command, CancellationToken cancellationToken)
        where TResult : LedgerResult => store.ExecuteAsync(command, cancellationToken);
}
