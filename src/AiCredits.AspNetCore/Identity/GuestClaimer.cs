using AiCredits.Guests;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiCredits.AspNetCore.Identity;

/// <summary>Gives a guest's generations to the account that the guest has signed up for, once.</summary>
/// <remarks>Thread-safe; a singleton.</remarks>
internal sealed partial class GuestClaimer(IGuestLimiter limiter, GuestCookie cookie, ILogger<GuestClaimer> logger)
{
    private static readonly object Marked = new();

    /// <summary>
    /// Claims the guest of the request's cookie and marks the cookie. True when the guest is the account's, now or since
    /// before; false without a cookie of ours, or when another account was first.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<bool> ClaimAsync(HttpContext context, AccountId account, CancellationToken cancellationToken = default)
    {
        var marked = !cookie.IsUnclaimed(context);
        if (cookie.Read(context) is not { } guestId)
        {
            return false;
        }

        var claimed = await limiter.ClaimAsync(guestId, account, cancellationToken).ConfigureAwait(false);
        if (!marked && !context.Response.HasStarted && context.Items.TryAdd(Marked, null))
        {
            cookie.MarkClaimed(context, guestId);
        }

        return claimed;
    }

    /// <summary>Claims on the way of another request, which must not fail for it. Costs nothing once it is done.</summary>
    public ValueTask ClaimQuietlyAsync(HttpContext context, AccountId account, CancellationToken cancellationToken) =>
        cookie.IsUnclaimed(context) ? TryClaimAsync(context, account, cancellationToken) : default;

    private async ValueTask TryClaimAsync(HttpContext context, AccountId account, CancellationToken cancellationToken)
    {
        try
        {
            await ClaimAsync(context, account, cancellationToken).ConfigureAwait(false);
        }
        catch (LedgerUnavailableException exception)
        {
            ClaimPostponed(account.Value, exception);
        }
    }

    [LoggerMessage(1103, LogLevel.Warning, "The guest who signed in as account {Account} could not be claimed; the next request tries again.")]
    private partial void ClaimPostponed(string account, Exception exception);
}
