using AiCredits.AspNetCore.Problems;
using AiCredits.Packs;
using AiCredits.Payments;
using AiCredits.Purchases;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Purchases;

/// <summary>The refusals of the purchase endpoints.</summary>
internal static class PurchaseProblems
{
    public static IResult CrossOrigin(this CreditProblems problems, HttpContext context) => problems.Problem(
        context,
        StatusCodes.Status403Forbidden,
        "cross-origin",
        "The request came from another site",
        "Send it from a page of the app. Other sites of yours are named in AiCredits:Http:AllowedOrigins.");

    public static IResult NotJson(this CreditProblems problems, HttpContext context) => problems.Problem(
        context,
        StatusCodes.Status415UnsupportedMediaType,
        "json-required",
        "The body is no JSON",
        "Send Content-Type: application/json and a body such as {\"packId\":\"creator\"}.");

    public static IResult UnreadableCheckout(this CreditProblems problems, HttpContext context) => problems.BadRequest(
        context, "invalid-checkout", "The body can't be read", "Send a JSON object such as {\"packId\":\"creator\"}.");

    public static IResult BadKey(this CreditProblems problems, HttpContext context) => problems.BadRequest(
        context, "invalid-idempotency-key", "The Idempotency-Key can't be used", "Send one key of 1 to 200 printable characters, or leave the header out.");

    public static IResult BadReturnUrl(this CreditProblems problems, HttpContext context) => problems.BadRequest(
        context, "invalid-return-url", "The return address leads elsewhere", "Use a path of the app such as /account, or an address of an origin that AiCredits:Http:AllowedOrigins names.");

    public static IResult UnknownPack(this CreditProblems problems, HttpContext context, IPackCatalog packs) => problems.BadRequest(
        context,
        "unknown-pack",
        "There is no such pack",
        "Use one of allowedPacks.",
        ("allowedPacks", packs.Packs.Select(pack => pack.Id).ToArray()));

    public static IResult PurchaseRefused(this CreditProblems problems, HttpContext context, string reason) => problems.Problem(
        context, StatusCodes.Status403Forbidden, "purchase-refused", "The account can't buy now", reason);

    public static IResult PurchaseOver(this CreditProblems problems, HttpContext context, Purchase purchase) => problems.Problem(
        context,
        StatusCodes.Status409Conflict,
        "purchase-over",
        "This purchase is over",
        "The purchase that was begun with this Idempotency-Key has been paid or has ended. Use a new key to buy again.",
        ("purchase", PurchaseItem.From(purchase)));

    public static IResult NoPortal(this CreditProblems problems, HttpContext context) => problems.Problem(
        context, StatusCodes.Status404NotFound, "no-portal", "There is nothing to show yet", "The page of receipts and payment methods opens after the first purchase.");

    public static IResult ProviderFailed(this CreditProblems problems, HttpContext context, PaymentProviderException exception)
    {
        if (exception.IsTransient)
        {
            problems.RetryLater(context);
            return problems.Problem(
                context,
                StatusCodes.Status503ServiceUnavailable,
                "payments-unavailable",
                "The payment provider can't be reached",
                "Nothing was paid. Try again in a moment, with the same Idempotency-Key.");
        }

        return problems.Problem(
            context,
            StatusCodes.Status502BadGateway,
            "payments-refused",
            "Nothing can be bought right now",
            "The payment provider refused. Nothing was paid. Trying again doesn't help; the site's owner finds the reason in the log.");
    }
}
