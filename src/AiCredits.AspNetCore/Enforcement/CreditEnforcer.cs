using System.Security.Cryptography;
using System.Text;
using AiCredits.AspNetCore.Idempotency;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.Ledger;
using AiCredits.Metering;
using AiCredits.Pricing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>The one place where a request is admitted or refused, whether its price is known from metadata or from bound arguments.</summary>
internal sealed partial class CreditEnforcer(
    CreditMeter meter,
    IPricingTable pricing,
    ICallerResolver callers,
    GuestCookie cookie,
    PipelineOrder order,
    KeptAnswers answers,
    LeaseKeeper leases,
    CreditProblems problems,
    IOptionsMonitor<AiCreditsOptions> options,
    IOptions<AiCreditsHttpOptions> httpOptions,
    TimeProvider clock,
    ILogger<CreditEnforcer> logger)
{
    private const string KeyHeader = "Idempotency-Key";

    // Clients choose these keys, so they live apart from the ledger's own.
    private const string KeyPrefix = "request:";
    private const int ScopeLength = 16;
    private const int MaxKeyLength = LedgerCommand.MaxKeyLength - 8 - 1 - ScopeLength;

    private readonly AiCreditsHttpOptions http = httpOptions.Value;

    /// <summary>Holds the price of a request; null when it may go on, else the answer that refuses it.</summary>
    public async ValueTask<IResult?> AdmitAsync(HttpContext context, BoundPrice price)
    {
        var feature = context.Features.Get<ICreditsFeature>() as CreditsFeature
            ?? throw new InvalidOperationException("AIC1110: A paid endpoint was reached without app.UseAiCredits(). Call it after UseRouting and UseAuthentication, in the branch of the endpoint.");
        if (feature.Admitted)
        {
            return null;
        }

        if (pricing.Find(price.Model ?? "") is not { } model)
        {
            return feature.Metadata.Model is null ? problems.UnknownModel(context, price.Model) : problems.ModelUnavailable(context);
        }

        if (price.Count < 1 || price.Count > options.CurrentValue.MaxCount)
        {
            return problems.BadCount(context, price.Count);
        }

        try
        {
            return await HoldAsync(context, feature, model.Quote((int)price.Count), price.Prompt).ConfigureAwait(false);
        }
        catch (LedgerUnavailableException exception) when (http.FailOpen)
        {
            Uncharged(context.Request.Path, exception);
            feature.AdmitUncharged(context.Response);
            return null;
        }
        catch (LedgerUnavailableException exception)
        {
            Unavailable(context.Request.Path, exception);
            return problems.LedgerUnavailable(context, exception);
        }
    }

    /// <summary>Claims the request's idempotency key; null when the request may go on, else its answer.</summary>
    public ValueTask<IResult?> ClaimKeyAsync(HttpContext context, CreditsFeature feature) =>
        KeyOf(context) is { } key ? ClaimKeyAsync(context, feature, key) : default;

    private async ValueTask<IResult?> ClaimKeyAsync(HttpContext context, CreditsFeature feature, string key)
    {
        if (key.Length > MaxKeyLength || string.IsNullOrWhiteSpace(key) || !Ascii.IsValid(key) || key.Any(char.IsControl))
        {
            return problems.BadRequest(context, "invalid-idempotency-key", "The Idempotency-Key can't be used", $"Use 1 to {MaxKeyLength} printable ASCII characters, such as a UUID.");
        }

        try
        {
            feature.Caller = await callers.ResolveAsync(context, willGenerate: true, context.RequestAborted).ConfigureAwait(false);
            return feature.Caller is Caller.Account account
                ? await answers.ClaimAsync(context, feature, account.Id, Scoped(context, key)).ConfigureAwait(false)
                : null;
        }
        catch (LedgerUnavailableException exception) when (!http.FailOpen)
        {
            Unavailable(context.Request.Path, exception);
            return problems.LedgerUnavailable(context, exception);
        }
        catch (LedgerUnavailableException)
        {
            // Holding will fail too, and let the request through with a loud word.
            return null;
        }
    }

    private static string? KeyOf(HttpContext context) => context.Request.Headers[KeyHeader];

    // A key is the client's for one endpoint: by its pattern, so that another path of the same endpoint is another request.
    private static string Scoped(HttpContext context, string key)
    {
        var pattern = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? context.Request.Path.Value;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{context.Request.Method} {pattern}"));
        return $"{key}@{Convert.ToHexStringLower(hash.AsSpan(0, ScopeLength / 2))}";
    }

    private async ValueTask<IResult?> HoldAsync(HttpContext context, CreditsFeature feature, PriceQuote quote, string? prompt)
    {
        var caller = feature.Caller ??= await callers.ResolveAsync(context, willGenerate: true, context.RequestAborted).ConfigureAwait(false);
        var key = KeyOf(context);
        var request = new GenerationRequest(caller, quote) { Prompt = prompt, Lease = feature.Metadata.Lease };
        if (caller is Caller.Guest guest)
        {
            await order.EnsureKnownAsync(context).ConfigureAwait(false);
            if (!(feature.Metadata.AllowGuests ?? http.AllowGuests))
            {
                return problems.SignInRequired(context);
            }

            // Keys are kept per account; for a guest the key makes the generation's id.
            request = key is null ? request : request with { Id = IdOf(guest.Identity.GuestId, Scoped(context, key)) };
        }
        else if (key is not null)
        {
            request = request with { Key = KeyPrefix + Scoped(context, key) };
        }

        // Cancelling would give up the wait but not the hold, which nobody would settle then: its credits would be tied
        // up until the lease ends.
        var admission = await meter.HoldAsync(request, CancellationToken.None).ConfigureAwait(false);
        if (admission is not Admission.Admitted { Ticket: var ticket })
        {
            return problems.Refused(context, admission);
        }

        cookie.Confirm(context);
        feature.Admit(ticket, context.Response, UtcMicroseconds.Now(clock));
        leases.Add(ticket);
        return null;
    }

    private static Guid IdOf(string guestId, string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{guestId}\n{key}"), hash);

        // Version 8 is for ids of one's own making (RFC 9562).
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    [LoggerMessage(1110, LogLevel.Error, "The ledger can't be reached; {Path} was refused with 503.")]
    private partial void Unavailable(string path, Exception exception);

    [LoggerMessage(1111, LogLevel.Critical, "The ledger can't be reached and AiCredits:Http:FailOpen is on: {Path} runs UNCHARGED.")]
    private partial void Uncharged(string path, Exception exception);
}
