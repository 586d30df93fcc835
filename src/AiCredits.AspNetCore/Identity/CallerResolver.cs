using System.Security.Claims;
using AiCredits.Guests;
using AiCredits.Metering;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Identity;

/// <summary>Accounts from the claims of the signed-in user, guests from cookie, network and fingerprint.</summary>
internal sealed partial class CallerResolver(
    GuestCookie cookie,
    GuestClaimer claimer,
    NetworkHasher networks,
    IOptionsMonitor<AiCreditsOptions> options,
    IOptionsMonitor<AiCreditsHttpOptions> httpOptions,
    ILogger<CallerResolver> logger) : ICallerResolver
{
    private int warned;

    public async ValueTask<Caller> ResolveAsync(HttpContext context, bool willGenerate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (AccountOf(context.User) is { } account)
        {
            await claimer.ClaimAsync(context, account, cancellationToken).ConfigureAwait(false);
            return new Caller.Account(account);
        }

        return new Caller.Guest(await GuestOfAsync(context, willGenerate, cancellationToken).ConfigureAwait(false));
    }

    private AccountId? AccountOf(ClaimsPrincipal user)
    {
        if (user.Identity is not { IsAuthenticated: true })
        {
            return null;
        }

        foreach (var type in httpOptions.CurrentValue.AccountIdClaims)
        {
            if (user.FindFirst(type)?.Value is { Length: > 0 } id)
            {
                return new AccountId(id);
            }
        }

        throw new InvalidOperationException(
            "AIC1120: The signed-in user has no claim that names an account. Add one of the claims in AiCredits:Http:AccountIdClaims at sign-in, or name the claim that you use there.");
    }

    private async ValueTask<GuestIdentity> GuestOfAsync(HttpContext context, bool willGenerate, CancellationToken cancellationToken)
    {
        var settings = options.CurrentValue.Guests;
        var http = httpOptions.CurrentValue;
        var guestId = cookie.Read(context)?.GuestId;
        if (guestId is null)
        {
            guestId = GuestCookie.NewGuestId();
            if (willGenerate)
            {
                cookie.Write(context, new GuestSession(guestId, ClaimedBy: null));
            }
        }

        var subjects = new List<GuestSubject>(4) { new($"cookie:{guestId}", settings.Limit) };
        if (context.Connection.RemoteIpAddress is null && Interlocked.Exchange(ref warned, 1) == 0)
        {
            NoAddress();
        }

        subjects.Add(new GuestSubject(await networks.NetworkAsync(context.Connection.RemoteIpAddress, cancellationToken).ConfigureAwait(false), settings.NetworkLimit ?? settings.Limit));
        if (http.FingerprintHeader is { } header && context.Request.Headers[header].ToString() is { Length: > 0 and <= 512 } fingerprint)
        {
            subjects.Add(new GuestSubject(await networks.FingerprintAsync(fingerprint, cancellationToken).ConfigureAwait(false), settings.Limit));
        }

        if (settings.SiteLimit is { } siteLimit)
        {
            subjects.Add(new GuestSubject("site", siteLimit));
        }

        return new GuestIdentity(guestId, subjects);
    }

    [LoggerMessage(1101, LogLevel.Warning, "A guest's request has no client address, so all such guests count as one network. Behind a proxy, use ForwardedHeaders before authentication.")]
    private partial void NoAddress();
}
