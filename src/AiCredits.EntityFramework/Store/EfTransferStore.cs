using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using AiCredits.Transfers;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Store;

/// <summary>Transfers under way, in the database: written in the transaction in which the credits leave.</summary>
internal sealed class EfTransferStore(CreditsDatabase database) : ITransferStore
{
    public async ValueTask<PendingTransfer?> FindTransferAsync(AccountId from, Guid transferId, CancellationToken cancellationToken = default)
    {
        var id = from.Value;
        var found = await database.ReadAsync(
            (context, token) => context.Set<TransferRow>().AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == id && row.TransferId == transferId, token),
            cancellationToken).ConfigureAwait(false);
        return found?.ToTransfer();
    }

    public async ValueTask<IReadOnlyList<PendingTransfer>> GetTransfersAsync(DateTime before, int limit, CancellationToken cancellationToken = default)
    {
        var until = Stored.Micros(before);
        var rows = await database.ReadAsync(
            (context, token) => context.Set<TransferRow>().AsNoTracking().Where(row => row.SentAt < until).OrderBy(row => row.SentAt).Take(limit).ToListAsync(token),
            cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToTransfer());
    }

    public async ValueTask CompleteTransferAsync(PendingTransfer transfer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        var id = transfer.From.Value;
        await database.WriteAsync(
            (context, token) => context.Set<TransferRow>().Where(row => row.AccountId == id && row.TransferId == transfer.Id).ExecuteDeleteAsync(token),
            cancellationToken).ConfigureAwait(false);
    }
}
