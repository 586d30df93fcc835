using System.Security.Claims;
using AiCredits.Metering;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Identity;

/// <summary>The default: the account of the signed-in user, else a guest.</summary>
internal sealed class CallerResolver(IOptions<AiCreditsHttpOptions> options, GuestResolver guests, GuestClaimer claimer) : ICallerResolver
{
    private readonly Func<HttpContext, ValueTask<AccountId?>>? resolveAccount = options.Value.ResolveAccount;
    private readonly Func<HttpContext, ValueTask<string?>>? resolveMember = options.Value.ResolveMember;
    private readonly string? teamClaim = options.Value.TeamAccountClaim;
    private readonly string[] claimTypes = [.. options.Value.ClaimTypesInUse];

    public async ValueTask<Caller> ResolveAsync(HttpContext context, bool willGenerate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var account = resolveAccount is null ? AccountOf(context.User) : await resolveAccount(context).ConfigureAwait(false);
        if (account is not { } id)
        {
            return new Caller.Guest(await guests.ResolveAsync(context, willGenerate, cancellationToken).ConfigureAwait(false));
        }

        if (resolveAccount is null && TeamOf(context.User) is { } team)
        {
            // What the user made as a guest stays the user's own.
            await claimer.ClaimQuietlyAsync(context, id, cancellationToken).ConfigureAwait(false);
            return new Caller.Account(team) { Member = id.Value };
        }

        var member = resolveMember is null ? null : await resolveMember(context).ConfigureAwait(false);
        if (member is null)
        {
            await claimer.ClaimQuietlyAsync(context, id, cancellationToken).ConfigureAwait(false);
        }

        return new Caller.Account(id) { Member = member };
    }

    private AccountId? TeamOf(ClaimsPrincipal user)
    {
        if (teamClaim is null)
        {
            return null;
        }

        foreach (var identity in user.Identities)
        {
            if (identity.IsAuthenticated && identity.FindFirst(teamClaim)?.Value is { Length: > 0 } value)
            {
                return new AccountId(value);
            }
        }

        return null;
    }

    private AccountId? AccountOf(ClaimsPrincipal user)
    {
        var signedIn = false;
        foreach (var identity in user.Identities)
        {
            // A principal may carry identities that nobody has authenticated; their claims are hearsay.
            if (!identity.IsAuthenticated)
            {
                continue;
            }

            signedIn = true;
            foreach (var type in claimTypes)
            {
                if (identity.FindFirst(type)?.Value is { Length: > 0 } value)
                {
                    return new AccountId(value);
                }
            }
        }

        // To take a signed-in user for a guest would give generations away.
        return signedIn
            ? throw new InvalidOperationException($"AIC1120: The user is signed in but has none of the claims {string.Join(", ", claimTypes)}, so there is no account to charge. Add one of them at sign-in, name your claim in AiCredits:Http:AccountIdClaims, or set AiCreditsHttpOptions.ResolveAccount.")
            : null;
    }
}
