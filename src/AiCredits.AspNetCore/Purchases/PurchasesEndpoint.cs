using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.AspNetCore.RateLimiting;
using AiCredits.Metering;
using AiCredits.Payments;
using AiCredits.Purchases;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiCredits.AspNetCore.Purchases;

/// <summary>GET /credits/purchases and /credits/purchases/{id}: the caller's own purchases and no one else's.</summary>
internal sealed partial class PurchasesEndpoint
{
    private static readonly TimeSpan ProviderPatience = TimeSpan.FromSeconds(10);

    public static async Task<IResult> ListAsync(
        HttpContext context,
        string? limit,
        string? cursor,
        ICallerResolver callers,
        CreditProblems problems,
        IPurchaseStore purchases,
        CancellationToken cancellationToken)
    {
        if (await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is not Caller.Account { Id: var account })
        {
            return problems.SignInRequired(context);
        }

        var faults = new QueryFaults();
        var size = faults.Limit(limit);
        Guid before = default;
        if (!string.IsNullOrEmpty(cursor) && !Cursor.TryRead(cursor, out before))
        {
            faults.BadCursor();
        }

        if (faults.Any)
        {
            return faults.ToResult(context, problems);
        }

        var query = new PurchaseQuery(account) { Limit = size + 1, Before = string.IsNullOrEmpty(cursor) ? null : before };
        var page = await purchases.ListAsync(query, cancellationToken).ConfigureAwait(false);
        var next = page.Count > size ? Cursor.After(page[size - 1].Id) : null;
        return CreditsJson.Ok(new Page<PurchaseItem>([.. page.Take(size).Select(PurchaseItem.From)], next));
    }

    public static async Task<IResult> GetAsync(
        HttpContext context,
        string id,
        ICallerResolver callers,
        CreditProblems problems,
        IPurchaseStore purchases,
        PurchaseDesk desk,
        ProviderLooks looks,
        TimeProvider clock,
        ILogger<PurchasesEndpoint> logger,
        CancellationToken cancellationToken)
    {
        if (await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is not Caller.Account { Id: var account })
        {
            return problems.SignInRequired(context);
        }

        if (!Guid.TryParse(id, out var purchaseId)
            || await purchases.FindAsync(purchaseId, cancellationToken).ConfigureAwait(false) is not { } purchase
            || purchase.Account != account)
        {
            return problems.NotFound(context, "You have no purchase of this id.");
        }

        var isOpen = purchase is { Status: PurchaseStatus.Pending } or { Status: PurchaseStatus.Paid, Fault: null } or { Fulfilment.Pending: not null };
        return CreditsJson.Ok(PurchaseItem.From(isOpen && looks.TryLook(account) ? await ConfirmAsync(desk, purchase, clock, logger, cancellationToken).ConfigureAwait(false) : purchase));
    }

    // Who comes back from paying wants the credits, not to wait for a webhook. When the provider doesn't answer, what is
    // known is the answer.
    private static async ValueTask<Purchase> ConfirmAsync(PurchaseDesk desk, Purchase purchase, TimeProvider clock, ILogger logger, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(ProviderPatience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await desk.ConfirmAsync(purchase.Id, either.Token).ConfigureAwait(false) ?? purchase;
        }
        catch (Exception exception) when (exception is PaymentProviderException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            NotConfirmed(logger, purchase.Id, exception);
            return purchase;
        }
    }

    [LoggerMessage(1171, LogLevel.Warning, "The payment provider didn't say how purchase {PurchaseId} stands; the webhook or the reconciliation will.")]
    private static partial void NotConfirmed(ILogger logger, Guid purchaseId, Exception exception);
}
