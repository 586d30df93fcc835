using AiCredits.AspNetCore.Problems;
using AiCredits.AspNetCore.Streaming;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Tells the story of a paid request: hold, let the handler run, settle, tell. Everything else passes through untouched.</summary>
internal sealed partial class CreditsMiddleware(
    RequestDelegate next,
    CreditEnforcer enforcer,
    CreditMeter meter,
    IOptionsMonitor<AiCreditsHttpOptions> options,
    TimeProvider clock,
    ILogger<CreditsMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata.GetMetadata<IRequiresCreditsMetadata>();
        return metadata is null || context.Features.Get<ICreditsFeature>() is not null ? next(context) : EnforceAsync(context, metadata);
    }

    private async Task EnforceAsync(HttpContext context, IRequiresCreditsMetadata metadata)
    {
        var feature = new CreditsFeature(metadata);
        context.Features.Set<ICreditsFeature>(feature);
        if (!metadata.IsBound && await enforcer.AdmitAsync(context, new BoundPrice(metadata.Model, metadata.Count, Prompt: null)) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        var original = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var body = new SettlingBody(original, context.Response, feature, options.CurrentValue.ResponseBufferLimit, clock);
        context.Features.Set<IHttpResponseBodyFeature>(body);
        try
        {
            await next(context);
            await SettleAsync(context, feature, body, OutcomeOf(context, feature, body, exception: null), exception: null);
            await body.FinishAsync();
        }
        catch (Exception exception)
        {
            // The status is still 200 here: the exception itself says that the handler failed.
            await SettleAsync(context, feature, body, OutcomeOf(context, feature, body, exception), exception);
            throw;
        }
        finally
        {
            context.Features.Set(original);
            body.Release();
        }
    }

    private async ValueTask SettleAsync(HttpContext context, CreditsFeature feature, SettlingBody body, GenerationOutcome outcome, Exception? exception)
    {
        if (feature.Ticket is not { } ticket || feature.HandedOver || body.Settled)
        {
            return;
        }

        body.Settled = true;
        try
        {
            // Never with RequestAborted: after a client abort it is already cancelled, and the settlement must be written.
            var settlement = await meter.SettleAsync(ticket, feature.End(outcome, Observed(context, exception)), feature.ActualCost, CancellationToken.None);
            if (!context.Response.HasStarted)
            {
                CreditHeaders.Write(context.Response.Headers, ticket, settlement, UtcMicroseconds.Now(clock));
            }

            Settled(ticket.Id, ticket.Quote.Model, outcome, settlement.Charged);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The handler's answer stands; the hold ends by its lease.
            NotSettled(ticket.Id, failure);
        }
    }

    private static GenerationOutcome OutcomeOf(HttpContext context, CreditsFeature feature, SettlingBody body, Exception? exception)
    {
        if (feature.Declared is { } declared)
        {
            return declared;
        }

        if (context.Features.Get<IHttpRequestTimeoutFeature>()?.RequestTimeoutToken.IsCancellationRequested == true)
        {
            return GenerationOutcome.TimedOut;
        }

        if (exception is null && context.Response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            return GenerationOutcome.Failed;
        }

        if (context.RequestAborted.IsCancellationRequested)
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

    private static string? Observed(HttpContext context, Exception? exception) =>
        exception is not null ? $"{exception.GetType().Name}: {exception.Message}"
        : context.Response.StatusCode >= StatusCodes.Status400BadRequest ? $"HTTP {context.Response.StatusCode}"
        : context.RequestAborted.IsCancellationRequested ? "The client was gone."
        : null;

    [LoggerMessage(1120, LogLevel.Debug, "Generation {GenerationId} with {Model} is settled: {Outcome}, {Charged} credits charged.")]
    private partial void Settled(Guid generationId, string model, GenerationOutcome outcome, Credits charged);

    [LoggerMessage(1121, LogLevel.Error, "Generation {GenerationId} could not be settled. Its hold ends when its lease is over.")]
    private partial void NotSettled(Guid generationId, Exception exception);
}
