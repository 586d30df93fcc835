using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.Metering;
using AiCredits.Teams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Teams;

/// <summary>Shows a shared account to its members only: a claim at sign-in says which team, but who was removed since still carries it.</summary>
internal sealed class MembersOnlyFilter(ICallerResolver callers, CreditTeams teams, CreditProblems problems, IOptions<AiCreditsHttpOptions> options) : IEndpointFilter
{
    private readonly bool hasTeams = options.Value.HasTeams;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (hasTeams
            && await callers.ResolveAsync(http, willGenerate: false, http.RequestAborted).ConfigureAwait(false) is Caller.Account { Member: { } member, Id: var account }
            && await teams.FindAsync(account, member, http.RequestAborted).ConfigureAwait(false) is null)
        {
            return problems.NotAMember(http);
        }

        return await next(context).ConfigureAwait(false);
    }
}
