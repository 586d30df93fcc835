using System.Text.Json;
using System.Text.Json.Serialization;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.AspNetCore.Purchases;
using AiCredits.Metering;
using AiCredits.Payments;
using AiCredits.TopUps;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.TopUps;

/// <summary>The user's automatic top-up: GET tells it, POST turns it on with consent, DELETE turns it off.</summary>
internal sealed partial class TopUpEndpoint
{
    public static async Task<IResult> GetAsync(HttpContext context, ICallerResolver callers, CreditProblems problems, TopUpDesk desk, ILogger<TopUpEndpoint> logger, CancellationToken cancellationToken)
    {
        if (await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is not Caller.Account { Id: var account })
        {
            return problems.SignInRequired(context);
        }

        var topUp = await desk.FindAsync(account, cancellationToken).ConfigureAwait(false);
        if (topUp is { SetupId: not null })
        {
            try
            {
                topUp = await desk.ConfirmCardAsync(account, cancellationToken).ConfigureAwait(false);
            }
            catch (PaymentProviderException exception)
            {
                NotConfirmed(logger, exception);
            }
        }

        return CreditsJson.Ok(TopUpItem.From(topUp ?? new TopUp(account), null));
    }

    public static async Task<IResult> TurnOnAsync(
        HttpContext context,
        ICallerResolver callers,
        CreditProblems problems,
        OwnOrigins origins,
        IOptions<AiCreditsHttpOptions> options,
        TopUpDesk desk,
        ILogger<TopUpEndpoint> logger,
        CancellationToken cancellationToken)
    {
        if (!origins.IsOwn(context.Request))
        {
            return problems.CrossOrigin(context);
        }

        if (await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is not Caller.Account { Id: var account })
        {
            return problems.SignInRequired(context);
        }

        var (body, refusal) = await JsonBody.ReadAsync<TopUpBody>(context, problems, cancellationToken).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        if (body is not { Consent: true, ConsentText: { Length: > 0 } text })
        {
            return problems.BadRequest(context, "consent-required", "The user has to agree", "Send \"consent\": true and the version of the text that the user agreed to as consentText.");
        }

        if (origins.Resolve(context.Request, body.ReturnUrl ?? AiCreditsHttpOptions.ToClient(context, options.Value.ReturnUrl)) is not { } back)
        {
            return problems.BadReturnUrl(context);
        }

        try
        {
            var topUp = await desk.TurnOnAsync(account, new TopUpOrder(body.PackId ?? "", Credits.FromDecimal(body.Threshold), body.MaxPerMonth, text), cancellationToken).ConfigureAwait(false);
            var url = topUp.Card is null || body.NewCard
                ? await desk.SetUpCardAsync(account, back, back, CallerEmail.Of(context.User), cancellationToken).ConfigureAwait(false)
                : null;
            return CreditsJson.Ok(TopUpItem.From(topUp, url));
        }
        catch (ArgumentException exception)
        {
            return problems.BadRequest(context, "invalid-top-up", "The top-up can't be turned on", exception.Message);
        }
        catch (Exception exception) when (exception is OverflowException or FormatException)
        {
            return problems.BadRequest(context, "invalid-top-up", "The top-up can't be turned on", "The threshold is beyond counting, or finer than a millionth.");
        }
        catch (PaymentProviderException exception)
        {
            SetupFailed(logger, exception);
            return problems.ProviderFailed(context, exception);
        }
    }

    public static async Task<IResult> TurnOffAsync(HttpContext context, ICallerResolver callers, CreditProblems problems, OwnOrigins origins, TopUpDesk desk, CancellationToken cancellationToken)
    {
        if (!origins.IsOwn(context.Request))
        {
            return problems.CrossOrigin(context);
        }

        return await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is Caller.Account { Id: var account }
            ? CreditsJson.Ok(TopUpItem.From(await desk.TurnOffAsync(account, cancellationToken).ConfigureAwait(false), null))
            : problems.SignInRequired(context);
    }

    [LoggerMessage(1185, LogLevel.Warning, "The payment provider didn't say whether a card was saved; the next look asks again.")]
    private static partial void NotConfirmed(ILogger logger, Exception exception);

    [LoggerMessage(1186, LogLevel.Error, "The page on which a card is saved could not be opened.")]
    private static partial void SetupFailed(ILogger logger, Exception exception);
}

/// <summary>What the user wants, and that the user agrees to it.</summary>
internal sealed record TopUpBody(string? PackId, decimal Threshold, int MaxPerMonth = 3, bool Consent = false, string? ConsentText = null, bool NewCard = false, string? ReturnUrl = null);

/// <summary>A top-up as its owner sees it; with the address at which a card is to be saved, when one is needed.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record TopUpItem(
    bool Enabled,
    string? PackId,
    decimal Threshold,
    int MaxPerMonth,
    int BoughtThisMonth,
    string? Card,
    string? Fault,
    DateTime? NextTry,
    DateTime? ConsentAt,
    string? ConsentText,
    string? SetUpUrl)
{
    public static TopUpItem From(TopUp topUp, Uri? setUpUrl) => new(
        topUp.Enabled,
        topUp.PackId.Length == 0 ? null : topUp.PackId,
        topUp.Threshold.ToDecimal(),
        topUp.MaxPerMonth,
        topUp.Bought,
        topUp.Card is { } card ? card.Label ?? "saved" : null,
        topUp.Fault is { } fault ? JsonNamingPolicy.CamelCase.ConvertName(fault.ToString()) : null,
        topUp.NotBefore,
        topUp.ConsentAt,
        topUp.ConsentText,
        setUpUrl?.AbsoluteUri);
}
