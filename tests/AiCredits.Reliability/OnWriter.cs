using AiCredits.Conformance;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Ledger;

namespace AiCredits.Reliability;

/// <summary>Commands through a writer.</summary>
internal sealed class OnWriter(LedgerWriter writer) : ILedgerDoor
{
    public ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command, CancellationToken cancellationToken)
        where TResult : LedgerResult => writer.ExecuteAsync(command, cancellationToken);
}
