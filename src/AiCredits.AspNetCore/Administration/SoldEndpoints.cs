using System.ComponentModel;
using AiCredits.Administration;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Problems;
using AiCredits.Integrity;
using AiCredits.Purchases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AiCredits.AspNetCore.Administration;

/// <summary>GET /purchases and /purchases/{id}: what was sold to whom, and what became of it.</summary>
internal sealed class SoldEndpoints(
    IPurchaseDirectory purchases,
    IPurchaseStore store,
    PurchaseDesk desk,
    ICreditDirectory directory,
    ILedgerArchive archive,
    CreditProblems problems)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/purchases", ListAsync)
            .WithSummary("Purchases of one account or of all, newest first, in pages, as CSV or as JSON Lines")
            .Produces<Page<SoldItem>>(StatusCodes.Status200OK, "application/json", "text/csv", "application/jsonl")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        endpoints.MapGet("/purchases/{id}", GetAsync)
            .WithSummary("One purchase with its grants and the entries about it")
            .Produces<SoldDetail>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private async Task<IResult> ListAsync(
        HttpContext context,
        [Description("Only this account's.")] string? account,
        [Description("Only those that stand so: pending, paid, delivered, partlyRefunded, refunded, disputed, failed or expired, several with commas.")] string? status,
        [Description("true for those alone that a person should look at: paid and not delivered, or disputed.")] string? attention,
        [Description("Only those begun then or later.")] string? from,
        [Description("Only those begun before.")] string? to,
        string? limit,
        string? cursor,
        [Description("csv or jsonl for the whole list.")] string? format,
        CancellationToken cancellationToken)
    {
        var faults = new QueryFaults();
        var exportAs = ExportFormats.Read(format, faults);
        Guid before = default;
        if (!string.IsNullOrEmpty(cursor) && !Cursor.TryRead(cursor, out before))
        {
            faults.BadCursor();
        }

        var search = new PurchaseSearch
        {
            Account = string.IsNullOrEmpty(account) ? null : faults.Account("account", account),
            Statuses = Statuses(status, attention, faults),
            From = faults.Time("from", from),
            To = faults.Time("to", to),
            Before = before == Guid.Empty ? null : before,
            Limit = faults.Limit(limit),
        };
        if (faults.Any)
        {
            return faults.ToResult(context, problems);
        }

        if (exportAs is { } export)
        {
            return await Export.OpenAsync<Purchase, SoldItem>(
                "credit-purchases",
                export,
                (last, size, token) => purchases.FindPurchasesAsync(search with { Limit = size, Before = last?.Id ?? search.Before }, token),
                SoldItem.From,
                cancellationToken).ConfigureAwait(false);
        }

        var found = await purchases.FindPurchasesAsync(search with { Limit = search.Limit + 1 }, cancellationToken).ConfigureAwait(false);
        return CreditsJson.Ok(new Page<SoldItem>([.. found.Take(search.Limit).Select(SoldItem.From)], found.Count > search.Limit ? Cursor.After(found[search.Limit - 1].Id) : null));
    }

    private async Task<IResult> GetAsync(HttpContext context, string id, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(id, out var purchaseId) || await store.FindAsync(purchaseId, cancellationToken).ConfigureAwait(false) is not { } purchase)
        {
            return problems.NotFound(context, "There is no purchase of this id.");
        }

        var grants = (await directory.GetGrantsAsync(purchase.Account, cancellationToken).ConfigureAwait(false)).ToDictionary(grant => grant.Id);
        var entries = new List<EntryItem>();
        foreach (var key in purchase.LedgerKeys)
        {
            if (await archive.FindEntryAsync(purchase.Account, key, cancellationToken).ConfigureAwait(false) is { } entry)
            {
                entries.Add(EntryItem.From(entry));
            }
        }

        return CreditsJson.Ok(new SoldDetail(
            SoldItem.From(purchase),
            purchase.Provider == desk.Provider.Name,
            [.. purchase.Fulfilment.Parcels.Select(parcel => ParcelItem.From(parcel, grants.GetValueOrDefault(parcel.GrantId)))],
            [.. purchase.Fulfilment.Refunds.Select(OrderedRefundItem.From)],
            entries));
    }

    private static IReadOnlyList<PurchaseStatus> Statuses(string? status, string? attention, QueryFaults faults)
    {
        var named = faults.Names<PurchaseStatus>("status", status);
        switch (attention)
        {
            case null or "" or "false":
                return named;
            case "true" when string.IsNullOrEmpty(status):
                return PurchaseSearch.NeedAttention;
            case "true":
                faults.Add("attention", "Use it without status, which says as much.");
                return named;
            default:
                faults.Add("attention", "Use true or false.");
                return named;
        }
    }
}
