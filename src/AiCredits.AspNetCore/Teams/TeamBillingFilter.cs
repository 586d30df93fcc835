using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.Metering;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Teams;

/// <summary>
/// Keeps members of a shared account from what spends the team's money at the payment provider (plans, automatic top-up, the
/// portal), unless a policy says that they may. A cap on credits would mean nothing to who can have the owner's card charged.
/// </summary>
internal sealed class TeamBillingFilter(ICallerResolver callers, CreditProblems problems, IOptions<AiCreditsHttpOptions> options) : IEndpointFilter
{
    private readonly bool hasTeams = options.Value.HasTeams;
    private readonly string? policy = options.Value.TeamBillingPolicy;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return hasTeams
            && await callers.ResolveAsync(http, willGenerate: false, http.RequestAborted).ConfigureAwait(false) is Caller.Account { Member: not null }
            && !await MayAsync(http).ConfigureAwait(false)
                ? problems.Forbidden(http, "team-billing", "You can't change what the team pays for", "Ask whoever manages the team.")
                : await next(context).ConfigureAwait(false);
    }

    private async ValueTask<bool> MayAsync(HttpContext http) =>
        policy is not null
        && http.RequestServices.GetService<IAuthorizationService>() is { } authorization
        && (await authorization.AuthorizeAsync(http.User, http, policy).ConfigureAwait(false)).Succeeded;
}

internal static class TeamBillingExtensions
{
    public static RouteHandlerBuilder RequireTeamBilling(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter<RouteHandlerBuilder, TeamBillingFilter>();
}
