using AiCredits.AspNetCore.Idempotency;
using AiCredits.AspNetCore.Streaming;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Tells from the end of a request how its generation ended. What the handler has said comes first.</summary>
internal static class RequestOutcome
{
    public static GenerationOutcome Of(HttpContext context, CreditsFeature feature, SettlingBody body, KeptAnswers answers, Exception? exception)
    {
        if (feature.Declared is { } declared)
        {
            return declared;
        }

        // The time-out cancels RequestAborted too: look before taking it for a client that is gone.
        if (context.Features.Get<IHttpRequestTimeoutFeature>()?.RequestTimeoutToken.IsCancellationRequested == true)
        {
            return GenerationOutcome.TimedOut;
        }

        if (exception is null && context.Response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            return context.Response.StatusCode is StatusCodes.Status408RequestTimeout or StatusCodes.Status504GatewayTimeout ? GenerationOutcome.TimedOut : GenerationOutcome.Failed;
        }

        // An answer that is kept under the client's key can still be fetched: it is as good as delivered.
        if (context.RequestAborted.IsCancellationRequested && (exception is not null || feature.Claim is null || body.Whole is not { } whole || !answers.IsKept(context.Response.ContentType, whole.Length)))
        {
            return body.BytesSent > 0 ? GenerationOutcome.ClientGoneAfterOutput : GenerationOutcome.ClientGoneBeforeOutput;
        }

        return exception switch
        {
            null => GenerationOutcome.Succeeded,
            OperationCanceledException or TimeoutException => GenerationOutcome.TimedOut,
            _ => body.BytesSent > 0 ? GenerationOutcome.Unknown : GenerationOutcome.Failed,
        };
    }

    /// <summary>Why it did not succeed, for support; null for success.</summary>
    public static string? Observed(HttpContext context, GenerationOutcome outcome, Exception? exception) => outcome switch
    {
        GenerationOutcome.Succeeded => null,
        _ when exception is not null => $"{exception.GetType().Name}: {exception.Message}",
        GenerationOutcome.ClientGoneBeforeOutput or GenerationOutcome.ClientGoneAfterOutput => "The client was gone.",
        _ => $"HTTP {context.Response.StatusCode}",
    };
}
