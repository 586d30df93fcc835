using AiCredits.Ledger;
using Microsoft.Extensions.Logging;

namespace AiCredits.Transfers;

/// <summary>
/// Moves credits between accounts, exactly once. They leave one account and arrive at the other in a transaction each,
/// since the two may live on different nodes; what has left is written down with it and arrives whatever happens in
/// between: this call completes it, or the sweeper does. Kind, priority, end and models stay as they were.
/// </summary>
/// <remarks>Thread-safe; a singleton. Asks nobody for leave: call it where the app has made sure that the caller may decide for the account.</remarks>
public sealed partial class CreditTransfers
{
    private readonly ICreditStore store;
    private readonly ITransferStore transfers;
    private readonly ILogger<CreditTransfers> logger;

    /// <summary>Makes the service over a store.</summary>
    public CreditTransfers(ICreditStore store, ITransferStore transfers, ILogger<CreditTransfers> logger)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(transfers);
        ArgumentNullException.ThrowIfNull(logger);
        this.store = store;
        this.transfers = transfers;
        this.logger = logger;
    }

    /// <summary>Sends the credits and, as a rule, sees them arrive. Sending the same command again is always safe.</summary>
    /// <exception cref="ArgumentException">The command can never be right.</exception>
    /// <exception cref="LedgerUnavailableException">The account that they leave can't be reached; whether they have left is unknown. Send the same command again.</exception>
    public async ValueTask<TransferResult> SendAsync(TransferCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var result = await store.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
        if (result is not TransferResult.Sent sent)
        {
            return result;
        }

        try
        {
            var pending = sent.Pending ?? await transfers.FindTransferAsync(command.Account, command.TransferId, cancellationToken).ConfigureAwait(false);
            if (pending is not null)
            {
                await CompleteAsync(pending, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (LedgerUnavailableException exception)
        {
            // They have left, and the sweeper sees to the rest.
            Delayed(command.TransferId, exception);
        }

        return result;
    }

    /// <summary>Lets a transfer arrive that has left; again is safe.</summary>
    /// <exception cref="LedgerUnavailableException">The account that they are for can't be reached.</exception>
    internal async ValueTask CompleteAsync(PendingTransfer transfer, CancellationToken cancellationToken)
    {
        var result = await store.ExecuteAsync(new ReceiveCommand(transfer), cancellationToken).ConfigureAwait(false);
        if (result is not ReceiveResult.Arrived)
        {
            throw new LedgerInvariantException($"Transfer {transfer.Id} from '{transfer.From}' does not arrive at '{transfer.To}': its key has been used for something else. Run the integrity check.");
        }

        await transfers.CompleteTransferAsync(transfer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Completes at most <paramref name="max"/> transfers that left before <paramref name="before"/>, and says how many.</summary>
    internal async ValueTask<int> CompleteAllAsync(DateTime before, int max, CancellationToken cancellationToken)
    {
        var completed = 0;
        foreach (var transfer in await transfers.GetTransfersAsync(before, max, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await CompleteAsync(transfer, cancellationToken).ConfigureAwait(false);
                completed++;
            }
            catch (Exception exception) when (exception is LedgerInvariantException or ArgumentException)
            {
                // One that can't arrive must not keep the others.
                Stuck(transfer.Id, exception);
            }
        }

        return completed;
    }

    [LoggerMessage(1070, LogLevel.Warning, "Transfer {TransferId} has left its account and arrives later.")]
    private partial void Delayed(Guid transferId, Exception exception);

    [LoggerMessage(1071, LogLevel.Critical, "Transfer {TransferId} can't arrive.")]
    private partial void Stuck(Guid transferId, Exception exception);
}
