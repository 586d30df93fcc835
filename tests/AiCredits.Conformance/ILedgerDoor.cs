using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>Anything that carries out commands.</summary>
public interface ILedgerDoor
{
    /// <summary>Carries out a command.</summary>
    ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command, CancellationToken cancellationToken)
        where TResult : LedgerResult;
}
