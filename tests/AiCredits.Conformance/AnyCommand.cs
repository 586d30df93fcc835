using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>Commands whose kind is known only when the test runs.</summary>
public static class AnyCommand
{
    /// <summary>Carries out a command of any kind.</summary>
    public static async Task<LedgerResult> ExecuteAsync(ILedgerDoor door, LedgerCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(door);
        return command switch
        {
            HoldCommand hold => await door.ExecuteAsync(hold, cancellationToken),
            LedgerCommand<SettleResult> settle => await door.ExecuteAsync(settle, cancellationToken),
            GrantCommand grant => await door.ExecuteAsync(grant, cancellationToken),
            RevokeCommand revoke => await door.ExecuteAsync(revoke, cancellationToken),
            RefundCommand refund => await door.ExecuteAsync(refund, cancellationToken),
            RenewCommand renew => await door.ExecuteAsync(renew, cancellationToken),
            FreezeCommand freeze => await door.ExecuteAsync(freeze, cancellationToken),
            TouchCommand touch => await door.ExecuteAsync(touch, cancellationToken),
            _ => throw new ArgumentException($"The test doesn't know {command?.GetType().Name}."),
        };
    }

    /// <summary>An answer as text: equal text for equal answers, whatever store gave them.</summary>
    public static string Describe(LedgerResult answer) => answer switch
    {
        TouchResult touch => $"{touch.State with { ChainHead = default }} {Convert.ToHexString(touch.State.ChainHead.Span)}",
        null => throw new ArgumentNullException(nameof(answer)),
        _ => answer.ToString(),
    };
}
