using AiCredits.Guests;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiCredits.AspNetCore.Identity;

/// <summary>Gives a guest's generations to the account that the guest has signed up for: once, then the cookie says so.</summary>
internal sealed partial class GuestClaimer(GuestCookie cookie, IGuestLimiter guests, ILogger<GuestClaimer> logger)
{
    /// <summary>Claims the guest of the request's cookie for an account; true when the guest is the account's.</summary>
    public async ValueTask<bool> ClaimAsync(HttpContext context, AccountId account, CancellationToken cancellationToken = default)
    {
        if (cookie.Read(context) is not { } session)
        {
            return false;
        }

        if (session.ClaimedBy is { } owner)
        {
            return owner == account.Value;
        }

        try
        {
            var claimed = await guests.ClaimAsync(session.GuestId, account, cancellationToken).ConfigureAwait(false);
            if (!context.Response.HasStarted)
            {
                cookie.Write(context, session with { ClaimedBy = claimed ? account.Value : "" });
            }

            return claimed;
        }
        catch (LedgerUnavailableException exception)
        {
            // The next request claims; what the account asked for now must not fail for it.
            ClaimPostponed(exception);
            return false;
        }
    }

    [LoggerMessage(1102, LogLevel.Warning, "A guest could not be claimed and will be at the account's next request.")]
    private partial void ClaimPostponed(Exception exception);
}
