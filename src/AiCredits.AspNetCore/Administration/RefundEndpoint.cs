using AiCredits.AspNetCore.Problems;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.Ledger;
using AiCredits.Payments;
using AiCredits.Purchases;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AiCredits.AspNetCore.Administration;

/// <summary>POST /acts/refund-purchase: gives money back through the provider; the credits follow.</summary>
internal sealed class RefundEndpoint(PurchaseDesk desk, IPurchaseStore purchases, ICreditStore store, CreditProblems problems)
{
    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapAct<RefundRequestBody, RefundResponse>(problems, "refund-purchase", "Gives back the money of a purchase, or a part of it, and takes the credits back", RunAsync);

    private async ValueTask<IResult> RunAsync(HttpContext context, RefundRequestBody request, string key, CancellationToken cancellationToken)
    {
        var act = ActRoutes.On(context, request.Account, request.Reason, key);
        act.Validate();
        var id = request.PurchaseId ?? throw new ArgumentException("purchaseId is missing. Name the purchase.");
        if (await purchases.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } purchase || purchase.Account != act.Account)
        {
            return problems.NotFound(context, "The account has no such purchase.");
        }

        try
        {
            var order = new RefundOrder(id, key) { Amount = request.Money, Reason = act.Reason, Actor = act.Actor };
            return await AnswerAsync(context, act.Account, await desk.RefundAsync(order, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (PaymentProviderException exception)
        {
            return Failed(context, exception);
        }
    }

    private async ValueTask<IResult> AnswerAsync(HttpContext context, AccountId account, RefundOrderResult result, CancellationToken cancellationToken)
    {
        switch (result)
        {
            case RefundOrderResult.Done done:
                var after = await store.GetAccountAsync(account, cancellationToken).ConfigureAwait(false);
                return CreditsJson.Ok(new RefundResponse(done.Amount, done.Purchase.Total!.Value.Currency, done.Replayed, SoldItem.From(done.Purchase), AccountItem.From(after.State)));
            case RefundOrderResult.TooMuch tooMuch:
                return problems.Conflict(
                    context,
                    "too-much",
                    "There is less than was asked for",
                    tooMuch.Refundable > 0 ? $"At most {tooMuch.Refundable} can be refunded, and nothing was." : "Nothing of this purchase can be refunded: it was not paid, all of it went back, or the rest is disputed.",
                    ("refundable", tooMuch.Refundable));
            case RefundOrderResult.OtherProvider other:
                return problems.Conflict(
                    context,
                    "other-provider",
                    "The app can't refund this purchase",
                    $"The money was taken by '{other.Provider}', and the app sells through '{desk.Provider.Name}'. Refund it in the dashboard of '{other.Provider}', then take the credits back by revoking the grants of the purchase.",
                    ("provider", other.Provider));
            case RefundOrderResult.Unknown unknown:
                return problems.Conflict(
                    context,
                    "refund-unknown",
                    "It is not known whether this refund was made",
                    $"It was broken off at {unknown.Refund.OrderedAt:u}, too long ago to be asked for again. Look at the payment in the provider's dashboard; if the refund isn't there, order it with a new Idempotency-Key.",
                    ("orderedAt", unknown.Refund.OrderedAt));
            case RefundOrderResult.KeyConflict:
                return problems.KeyReused(context);
            default:
                return problems.NotFound(context, "The account has no such purchase.");
        }
    }

    // To an admin the provider's own words are the way to the fix; they hold no secret.
    private CreditProblemResult Failed(HttpContext context, PaymentProviderException exception)
    {
        if (exception.IsTransient)
        {
            problems.RetryLater(context);
            return problems.Problem(context, StatusCodes.Status503ServiceUnavailable, "payments-unavailable", "The payment provider can't be reached", $"Repeat the act with the same Idempotency-Key: it refunds once. {exception.Message}");
        }

        return problems.Problem(context, StatusCodes.Status502BadGateway, "payments-refused", "The payment provider refuses the refund", $"Nothing was refunded. {exception.Message}");
    }
}
