using System.Diagnostics;
using AiCredits.AspNetCore.Idempotency;
using AiCredits.AspNetCore.Streaming;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Tells the story of a paid request: hold, let the handler run, settle, tell. Everything else passes through untouched.</summary>
internal sealed partial class CreditsMiddleware(
    RequestDelegate next,
    CreditEnforcer enforcer,
    KeptAnswers answers,
    LeaseKeeper leases,
    CreditMeter meter,
    IOptions<AiCreditsHttpOptions> options,
    TimeProvider clock,
    ILogger<CreditsMiddleware> logger)
{
    private static readonly ActivitySource Activities = new("AiCredits");

    private readonly int bufferLimit = options.Value.ResponseBufferLimit;

    public Task InvokeAsync(HttpContext context)
    {
        var metadata = PaidRequest.MetadataOf(context);
        return metadata is null || PaidRequest.IsCorsPreflight(context.Request) || context.Features.Get<ICreditsFeature>() is CreditsFeature { IsOver: false }
            ? next(context)
            : EnforceAsync(context, metadata);
    }

    private async Task EnforceAsync(HttpContext context, IRequiresCreditsMetadata metadata)
    {
        using var activity = Activities.StartActivity("aicredits.generation");
        var feature = new CreditsFeature(metadata);
        context.Features.Set<ICreditsFeature>(feature);

        // What was paid for once must not be served again for nothing.
        if (context.Features.Get<IOutputCacheFeature>() is { } cache)
        {
            cache.Context.AllowCacheStorage = false;
        }

        try
        {
            var answer = await enforcer.ClaimKeyAsync(context, feature);
            if (answer is null && !metadata.IsBound)
            {
                answer = await enforcer.AdmitAsync(context, new BoundPrice(metadata.Model, metadata.Count, Prompt: null));
            }

            if (answer is null)
            {
                await RunAsync(context, feature, activity);
            }
            else
            {
                await answer.ExecuteAsync(context);
            }
        }
        finally
        {
            feature.End();
            leases.Remove(feature.Ticket);
            await answers.AbandonAsync(feature);
        }
    }

    private async Task RunAsync(HttpContext context, CreditsFeature feature, Activity? activity)
    {
        var original = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var body = new SettlingBody(original, context, feature, bufferLimit, clock);
        context.Features.Set<IHttpResponseBodyFeature>(body);
        try
        {
            try
            {
                await next(context);
            }
            catch (Exception exception)
            {
                // The status is still 200 here: the exception itself says that the handler failed.
                await SettleAfterAsync(context, feature, body, exception, activity);
                throw;
            }

            await SettleAsync(context, feature, body, exception: null, activity);
            if (feature.Admitted && (feature.HandedOver || feature.Outcome is not GenerationOutcome.ClientGoneBeforeOutput))
            {
                await answers.KeepAsync(context, feature, body.Whole);
            }

            await body.FinishAsync();
        }
        finally
        {
            context.Features.Set(original);
            body.Release();
        }
    }

    private async ValueTask SettleAsync(HttpContext context, CreditsFeature feature, SettlingBody body, Exception? exception, Activity? activity)
    {
        if (feature.Ticket is not { } ticket || feature.HandedOver)
        {
            return;
        }

        var outcome = RequestOutcome.Of(context, feature, body, answers, exception);

        // Never with RequestAborted: after a client abort it is already cancelled, and the settlement must be written.
        var settlement = await meter.SettleAsync(ticket, feature.EndOf(outcome, RequestOutcome.Observed(context, outcome, exception)), feature.ActualCost, CancellationToken.None);
        feature.Settle(outcome, settlement);
        if (!context.Response.HasStarted)
        {
            feature.WriteHeaders(context.Response, UtcMicroseconds.Now(clock));
        }

        Settled(ticket.Id, ticket.Quote.Model, outcome, settlement.Charged);
        activity?.SetTag("aicredits.generation.id", ticket.Id).SetTag("aicredits.model", ticket.Quote.Model).SetTag("aicredits.outcome", outcome.ToString());
    }

    private async ValueTask SettleAfterAsync(HttpContext context, CreditsFeature feature, SettlingBody body, Exception exception, Activity? activity)
    {
        activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
        try
        {
            await SettleAsync(context, feature, body, exception, activity);
        }
        catch (Exception failure)
        {
            // The handler's own exception is the one to tell.
            NotSettled(feature.Ticket!.Id, failure);
        }

        if (feature.Settlement is not null && !context.Response.HasStarted)
        {
            // Whoever answers for the exception clears the headers first.
            context.Response.OnStarting(
                static state =>
                {
                    var (context, feature, clock) = ((HttpContext, CreditsFeature, TimeProvider))state;
                    feature.WriteHeaders(context.Response, UtcMicroseconds.Now(clock));
                    return Task.CompletedTask;
                },
                (context, feature, clock));
        }
    }

    [LoggerMessage(1120, LogLevel.Information, "Generation {GenerationId} with {Model} is settled: {Outcome}, {Charged} credits charged.")]
    private partial void Settled(Guid generationId, string model, GenerationOutcome outcome, Credits charged);

    [LoggerMessage(1121, LogLevel.Error, "Generation {GenerationId} could not be settled. Its hold ends when its lease is over.")]
    private partial void NotSettled(Guid generationId, Exception exception);
}
