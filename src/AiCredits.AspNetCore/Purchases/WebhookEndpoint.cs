using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Problems;
using AiCredits.Payments;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Purchases;

/// <summary>POST /credits/webhooks/{provider}: 400 for what can never be right, 5xx for what has to be sent again, else 200.</summary>
internal static class WebhookEndpoint
{
    private const int MaxBodyBytes = 256 * 1024;

    public static async Task<IResult> PostAsync(HttpContext context, string provider, WebhookReceiver receiver, CreditProblems problems)
    {
        if (await BodyReader.ReadAsync(context.Request, MaxBodyBytes, context.RequestAborted).ConfigureAwait(false) is not { } body)
        {
            return problems.Problem(context, StatusCodes.Status413PayloadTooLarge, "webhook-too-large", "The webhook is too large", $"At most {MaxBodyBytes} bytes are read.");
        }

        // Not given up when the provider hangs up: it would only have to come again.
        var request = new WebhookRequest(body, name => context.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null);
        switch (await receiver.ReceiveAsync(provider, request, CancellationToken.None).ConfigureAwait(false))
        {
            case WebhookAnswer.Rejected:
                return problems.BadRequest(context, "webhook-rejected", "The webhook can't be taken", "It is not signed by the provider, too old, or not whole. The log says which.");
            case WebhookAnswer.UnknownProvider:
                return problems.NotFound(context, "No such payment provider is in use.");
            case WebhookAnswer.SendAgain:
                problems.RetryLater(context);
                return problems.Problem(context, StatusCodes.Status503ServiceUnavailable, "webhook-postponed", "Not now", "Send it again.");
            default:
                return TypedResults.Ok();
        }
    }
}
