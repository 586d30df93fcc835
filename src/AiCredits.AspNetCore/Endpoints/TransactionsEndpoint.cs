using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>GET /credits/transactions: the history of a user, newest first, in pages or as CSV.</summary>
internal static class TransactionsEndpoint
{
    public static async Task<IResult> GetAsync(
        HttpContext context,
        [AsParameters] TransactionQuery parameters,
        ICallerResolver callers,
        CreditProblems problems,
        CreditMeter meter,
        ICreditStore store,
        CancellationToken cancellationToken)
    {
        if (await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is not Caller.Account { Id: var account } caller)
        {
            return problems.SignInRequired(context);
        }

        var faults = new QueryFaults();
        var query = parameters.Read(account, faults);
        var csv = parameters.WantsCsv(context.Request, faults);
        if (faults.Any)
        {
            return faults.ToResult(context, problems);
        }

        context.Response.Headers.Vary = "Accept";
        if (query.Before is null)
        {
            // Welcome credits and what has expired belong to the history from the first look at it.
            await meter.GetAccountAsync(caller, cancellationToken).ConfigureAwait(false);
            await store.ExecuteAsync(new TouchCommand(account), cancellationToken).ConfigureAwait(false);
        }

        return csv
            ? await Export.OpenAsync<Entry, Transaction>(
                "credit-transactions",
                ExportFormat.Csv,
                (last, size, token) => store.GetEntriesAsync(query with { Before = last?.Sequence ?? query.Before, Limit = size }, token),
                Transaction.From,
                cancellationToken).ConfigureAwait(false)
            : CreditsJson.Ok(await PageAsync(store, query, cancellationToken).ConfigureAwait(false));
    }

    private static async ValueTask<Page<Transaction>> PageAsync(ICreditStore store, EntryQuery query, CancellationToken cancellationToken)
    {
        // One more than asked for tells whether there is a next page.
        var entries = await store.GetEntriesAsync(query with { Limit = query.Limit + 1 }, cancellationToken).ConfigureAwait(false);
        var next = entries.Count > query.Limit ? Cursor.After(entries[query.Limit - 1].Sequence) : null;
        return new Page<Transaction>([.. entries.Take(query.Limit).Select(Transaction.From)], next);
    }
}
