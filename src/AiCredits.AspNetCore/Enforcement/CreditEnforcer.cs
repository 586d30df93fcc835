using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.Ledger;
using AiCredits.Metering;
using AiCredits.Pricing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>The one place where a request is admitted or refused, whether its price is known from metadata or from bound arguments.</summary>
internal sealed partial class CreditEnforcer(
    CreditMeter meter,
    IPricingTable pricing,
    ICallerResolver callers,
    CreditProblems problems,
    IOptionsMonitor<AiCreditsOptions> options,
    IOptionsMonitor<AiCreditsHttpOptions> httpOptions,
    ILogger<CreditEnforcer> logger)
{
    /// <summary>Holds the price of a request; null when it may go on, else the answer that refuses it.</summary>
    public async ValueTask<IResult?> AdmitAsync(HttpContext context, BoundPrice price)
    {
        var feature = context.Features.Get<ICreditsFeature>() as CreditsFeature
            ?? throw new InvalidOperationException("AIC1110: A paid endpoint was reached without app.UseAiCredits(). Call it after UseRouting and UseAuthentication.");
        if (feature.Admitted)
        {
            // A group and an endpoint may both carry a filter; one request is charged once.
            return null;
        }

        if (pricing.Find(price.Model ?? "") is not { } model)
        {
            return problems.UnknownModel(context, price.Model);
        }

        if (price.Count < 1 || price.Count > options.CurrentValue.MaxCount)
        {
            return problems.BadCount(context, price.Count);
        }

        try
        {
            return await HoldAsync(context, feature, model.Quote((int)price.Count), price.Prompt).ConfigureAwait(false);
        }
        catch (LedgerUnavailableException exception) when (httpOptions.CurrentValue.FailOpen)
        {
            Uncharged(context.Request.Path, exception);
            feature.Admitted = true;
            return null;
        }
        catch (LedgerUnavailableException exception)
        {
            Unavailable(context.Request.Path, exception);
            return problems.LedgerUnavailable(context, exception);
        }
    }

    private async ValueTask<IResult?> HoldAsync(HttpContext context, CreditsFeature feature, PriceQuote quote, string? prompt)
    {
        var caller = await callers.ResolveAsync(context, willGenerate: feature.Metadata.AllowGuests, context.RequestAborted).ConfigureAwait(false);
        if (caller is Caller.Guest && !feature.Metadata.AllowGuests)
        {
            return problems.SignInRequired(context);
        }

        var admission = await meter.HoldAsync(new GenerationRequest(caller, quote) { Prompt = prompt }, context.RequestAborted).ConfigureAwait(false);
        if (admission is not Admission.Admitted { Ticket: var ticket })
        {
            return problems.Refused(context, admission);
        }

        feature.Ticket = ticket;
        feature.Admitted = true;
        return null;
    }

    [LoggerMessage(1110, LogLevel.Error, "The ledger can't be reached; {Path} was refused with 503.")]
    private partial void Unavailable(string path, Exception exception);

    [LoggerMessage(1111, LogLevel.Critical, "The ledger can't be reached and AiCredits:Http:FailOpen is on: {Path} runs UNCHARGED.")]
    private partial void Uncharged(string path, Exception exception);
}
