using AiCredits.Administration;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Problems;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Packs;
using AiCredits.Pricing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AiCredits.AspNetCore.Administration;

/// <summary>What admins look up. Accounts are named in the query: their ids may have any character, a slash too.</summary>
internal sealed class AccountEndpoints(
    ICreditStore store,
    ICreditDirectory directory,
    IntegrityCheck integrity,
    IntegrityMonitor monitor,
    IPackCatalog packs,
    IPricingTable prices,
    CreditProblems problems,
    TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/accounts", ListAsync)
            .WithSummary("Accounts in the order of their ids")
            .Produces<Page<AccountItem>>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        endpoints.MapGet("/account", GetAsync)
            .WithSummary("One account: its figures, grants and open holds")
            .Produces<AccountDetail>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        endpoints.MapGet("/account/integrity", ProveAsync)
            .WithSummary("Proves one account from its history")
            .Produces<IntegrityItem>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        endpoints.MapGet("/integrity", Status)
            .WithSummary("What the integrity checks of this process have found so far")
            .Produces<IntegrityStatusItem>();
        endpoints.MapGet("/holds", HoldsAsync)
            .WithSummary("The open holds of one account or of all, oldest first")
            .Produces<Page<HoldItem>>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        endpoints.MapGet("/entries", EntriesAsync)
            .WithSummary("The whole history of an account, newest first, in pages, as CSV or as JSON Lines")
            .Produces<Page<EntryItem>>(StatusCodes.Status200OK, "application/json", "text/csv", "application/jsonl")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        endpoints.MapGet("/generations", GenerationsAsync)
            .WithSummary("The generations of an account, newest first, in pages, as CSV or as JSON Lines")
            .Produces<Page<ReceiptItem>>(StatusCodes.Status200OK, "application/json", "text/csv", "application/jsonl")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        endpoints.MapGet("/generations/{id}", ReceiptAsync)
            .WithSummary("One generation with the entries about it")
            .Produces<ReceiptItem>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        endpoints.MapGet("/catalog", Catalog)
            .WithSummary("Packs and prices as they are now")
            .Produces<CatalogItem>();
    }

    private async Task<IResult> ListAsync(HttpContext context, string? search, string? limit, string? cursor, CancellationToken cancellationToken)
    {
        var faults = new QueryFaults();
        var size = faults.Limit(limit);
        AccountId? after = string.IsNullOrEmpty(cursor) ? null : faults.Account("cursor", cursor);
        if (search is { Length: > AccountId.MaxLength } || search?.Contains('\0', StringComparison.Ordinal) == true)
        {
            faults.Add("search", $"Use the first characters of an account id, {AccountId.MaxLength} at the most.");
        }

        if (faults.Any)
        {
            return faults.ToResult(context, problems);
        }

        var found = await directory.FindAccountsAsync(new AccountSearch { Prefix = search, After = after, Limit = size + 1 }, cancellationToken).ConfigureAwait(false);
        return CreditsJson.Ok(new Page<AccountItem>([.. found.Take(size).Select(AccountItem.From)], found.Count > size ? found[size - 1].Account.Value : null));
    }

    private async Task<IResult> GetAsync(HttpContext context, string? id, CancellationToken cancellationToken)
    {
        var faults = new QueryFaults();
        var account = faults.Account("id", id);
        if (faults.Any)
        {
            return faults.ToResult(context, problems);
        }

        var overview = await store.GetAccountAsync(account, cancellationToken).ConfigureAwait(false);
        if (overview.State.Sequence == 0)
        {
            return problems.NotFound(context, "Nobody has used an account of this id. Ids are compared exactly, in upper and lower case.");
        }

        var grants = await directory.GetGrantsAsync(account, cancellationToken).ConfigureAwait(false);
        var holds = await directory.GetOpenHoldsAsync(account, null, 1_000, cancellationToken).ConfigureAwait(false);
        var now = UtcMicroseconds.Now(clock);
        return CreditsJson.Ok(new AccountDetail(
            AccountItem.From(overview.State),
            overview.NextExpiry,
            [.. grants.Select(GrantItem.From)],
            [.. holds.Select(hold => HoldItem.From(hold, now))]));
    }

    private async Task<IResult> ProveAsync(HttpContext context, string? id, CancellationToken cancellationToken)
    {
        var faults = new QueryFaults();
        var account = faults.Account("id", id);
        return faults.Any
            ? faults.ToResult(context, problems)
            : CreditsJson.Ok(IntegrityItem.From(await integrity.RunAsync(account, cancellationToken).ConfigureAwait(false)));
    }

    private IResult Status() => CreditsJson.Ok(IntegrityStatusItem.From(monitor.Status));

    private async Task<IResult> HoldsAsync(HttpContext context, string? account, string? limit, string? cursor, CancellationToken cancellationToken)
    {
        var faults = new QueryFaults();
        var size = faults.Limit(limit);
        HoldMark? after = null;
        if (!string.IsNullOrEmpty(cursor))
        {
            after = HoldItem.TryReadCursor(cursor, out var mark) ? mark : null;
            if (after is null)
            {
                faults.BadCursor();
            }
        }

        AccountId? one = string.IsNullOrEmpty(account) ? null : faults.Account("account", account);
        if (faults.Any)
        {
            return faults.ToResult(context, problems);
        }

        var holds = await directory.GetOpenHoldsAsync(one, after, size + 1, cancellationToken).ConfigureAwait(false);
        var now = UtcMicroseconds.Now(clock);
        return CreditsJson.Ok(new Page<HoldItem>([.. holds.Take(size).Select(hold => HoldItem.From(hold, now))], holds.Count > size ? HoldItem.CursorAfter(holds[size - 1].Hold) : null));
    }

    private async Task<IResult> EntriesAsync(HttpContext context, string? account, string? limit, string? cursor, string? kind, string? from, string? to, string? format, CancellationToken cancellationToken)
    {
        var faults = new QueryFaults();
        var exportAs = ExportFormats.Read(format, faults);
        long before = 0;
        if (!string.IsNullOrEmpty(cursor) && !Cursor.TryRead(cursor, out before))
        {
            faults.BadCursor();
        }

        var query = new EntryQuery(faults.Account("account", account))
        {
            Limit = faults.Limit(limit),
            Before = before == 0 ? null : before,
            Kinds = faults.Names<EntryKind>("kind", kind),
            From = faults.Time("from", from),
            To = faults.Time("to", to),
        };
        if (faults.Any)
        {
            return faults.ToResult(context, problems);
        }

        if (exportAs is { } export)
        {
            return await Export.OpenAsync<Entry, EntryItem>(
                "credit-history",
                export,
                (last, size, token) => store.GetEntriesAsync(query with { Limit = size, Before = last?.Sequence ?? query.Before }, token),
                EntryItem.From,
                cancellationToken).ConfigureAwait(false);
        }

        var entries = await store.GetEntriesAsync(query with { Limit = query.Limit + 1 }, cancellationToken).ConfigureAwait(false);
        return CreditsJson.Ok(new Page<EntryItem>([.. entries.Take(query.Limit).Select(EntryItem.From)], entries.Count > query.Limit ? Cursor.After(entries[query.Limit - 1].Sequence) : null));
    }

    private async Task<IResult> GenerationsAsync(HttpContext context, string? account, string? limit, string? cursor, string? format, CancellationToken cancellationToken)
    {
        var faults = new QueryFaults();
        var exportAs = ExportFormats.Read(format, faults);
        Guid before = default;
        if (!string.IsNullOrEmpty(cursor) && !Cursor.TryRead(cursor, out before))
        {
            faults.BadCursor();
        }

        var query = new GenerationQuery(faults.Account("account", account)) { Limit = faults.Limit(limit), Before = before == Guid.Empty ? null : before };
        if (faults.Any)
        {
            return faults.ToResult(context, problems);
        }

        if (exportAs is { } export)
        {
            return await Export.OpenAsync<Generation, ReceiptItem>(
                "credit-generations",
                export,
                (last, size, token) => store.GetGenerationsAsync(query with { Limit = size, Before = last?.Id ?? query.Before }, token),
                ReceiptItem.From,
                cancellationToken).ConfigureAwait(false);
        }

        var generations = await store.GetGenerationsAsync(query with { Limit = query.Limit + 1 }, cancellationToken).ConfigureAwait(false);
        return CreditsJson.Ok(new Page<ReceiptItem>([.. generations.Take(query.Limit).Select(ReceiptItem.From)], generations.Count > query.Limit ? Cursor.After(generations[query.Limit - 1].Id) : null));
    }

    private async Task<IResult> ReceiptAsync(HttpContext context, string id, string? account, CancellationToken cancellationToken)
    {
        var faults = new QueryFaults();
        var owner = faults.Account("account", account);
        if (faults.Any)
        {
            return faults.ToResult(context, problems);
        }

        if (!Guid.TryParse(id, out var generationId) || await store.FindGenerationAsync(owner, generationId, cancellationToken).ConfigureAwait(false) is not { } generation)
        {
            return problems.NotFound(context, "The account has no generation of this id.");
        }

        // A guest's generation that the account has claimed has no entries: nobody paid for it.
        var entries = generation.Account is null ? [] : await directory.GetEntriesOfAsync(owner, generation, cancellationToken).ConfigureAwait(false);
        return CreditsJson.Ok(ReceiptItem.From(generation) with { Entries = [.. entries.Select(EntryItem.From)] });
    }

    private IResult Catalog() => CreditsJson.Ok(new CatalogItem(
        [.. packs.Packs.Select(PackItem.From)],
        [.. prices.Models.Select(model => new PriceItem(model.Id, model.Name, model.BestFor, model.Price.ToDecimal(), model.Version))]));
}
