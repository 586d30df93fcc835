using System.Globalization;
using System.Text;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>The filtered history as CSV (RFC 4180), read and sent in pieces however long it is.</summary>
internal sealed class TransactionCsv : IResult
{
    private const int PieceSize = 500;
    private readonly ICreditStore store;
    private readonly EntryQuery query;
    private readonly IReadOnlyList<Entry> first;

    private TransactionCsv(ICreditStore store, EntryQuery query, IReadOnlyList<Entry> first)
    {
        this.store = store;
        this.query = query;
        this.first = first;
    }

    /// <summary>Reads the first piece, so that a store that can't be reached is still answered with a 503.</summary>
    public static async ValueTask<TransactionCsv> OpenAsync(ICreditStore store, EntryQuery query, CancellationToken cancellationToken)
    {
        var piece = query with { Limit = PieceSize };
        return new TransactionCsv(store, piece, await store.GetEntriesAsync(piece, cancellationToken).ConfigureAwait(false));
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var response = httpContext.Response;
        response.ContentType = "text/csv; charset=utf-8; header=present";
        response.Headers.ContentDisposition = "attachment; filename=\"credit-transactions.csv\"";
        var lines = new StringBuilder("id,kind,amount,balanceAfter,description,model,createdAt\r\n");
        var piece = first;
        while (true)
        {
            foreach (var entry in piece)
            {
                Append(lines, Transaction.From(entry));
            }

            await response.WriteAsync(lines.ToString(), httpContext.RequestAborted).ConfigureAwait(false);
            if (piece.Count < PieceSize)
            {
                return;
            }

            lines.Clear();
            try
            {
                piece = await store.GetEntriesAsync(query with { Before = piece[^1].Sequence }, httpContext.RequestAborted).ConfigureAwait(false);
            }
            catch (LedgerUnavailableException)
            {
                // The status is sent: a broken download says what a file that ends early would hide.
                httpContext.Abort();
                return;
            }
        }
    }

    private static void Append(StringBuilder lines, Transaction transaction)
    {
        lines.Append(transaction.Id).Append(',')
            .Append(transaction.Kind).Append(',')
            .Append(transaction.Amount.ToString(CultureInfo.InvariantCulture)).Append(',')
            .Append(transaction.BalanceAfter.ToString(CultureInfo.InvariantCulture)).Append(',')
            .Append(CsvText.Field(transaction.Description)).Append(',')
            .Append(CsvText.Field(transaction.Model ?? "")).Append(',')
            .Append(transaction.CreatedAt.ToString("O", CultureInfo.InvariantCulture)).Append("\r\n");
    }
}
