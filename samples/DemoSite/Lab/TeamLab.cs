using System.Security.Claims;
using AiCredits.DemoSite.Accounts;
using AiCredits.Ledger;
using AiCredits.Teams;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace AiCredits.DemoSite.Lab;

/// <summary>
/// Makes a user a member of a team with a small daily cap, and a user again. The team is the user's own, so that visitors
/// are not in each other's way; in a product its owner would invite the others.
/// </summary>
internal sealed class TeamLab(CreditTeams teams, ICreditStore store, UserManager<IdentityUser> users, SignInManager<IdentityUser> signIn)
{
    private const string Actor = "lab";
    private static readonly Credits Budget = 20;
    private static readonly Credits DailyCap = 1;

    /// <summary>From now on the user spends from the team's account.</summary>
    public async Task<Results<Ok<JoinedTeam>, UnauthorizedHttpResult>> JoinAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        if (await users.GetUserAsync(principal) is not { } user)
        {
            return TypedResults.Unauthorized();
        }

        var team = new AccountId($"team:{user.Id}");
        await store.ExecuteAsync(new GrantCommand(team, GrantKind.Promotion, Budget) { Key = "lab:team", Description = "The team's budget", Actor = Actor }, cancellationToken);
        await teams.SetAsync(team, user.Id, new MemberCaps(Daily: DailyCap), $"lab:{Guid.CreateVersion7()}", Actor, "Joined in the lab", cancellationToken);
        if (!principal.HasClaim(claim => claim.Type == DemoTeams.ClaimType))
        {
            await users.AddClaimAsync(user, new Claim(DemoTeams.ClaimType, team.Value));
        }

        // The claim is in the cookie: it takes a new one.
        await signIn.RefreshSignInAsync(user);
        return TypedResults.Ok(new JoinedTeam(team.Value, DailyCap));
    }

    /// <summary>From now on the user spends from the own account again.</summary>
    public async Task<Results<NoContent, UnauthorizedHttpResult>> LeaveAsync(ClaimsPrincipal principal)
    {
        if (await users.GetUserAsync(principal) is not { } user)
        {
            return TypedResults.Unauthorized();
        }

        await users.RemoveClaimsAsync(user, (await users.GetClaimsAsync(user)).Where(claim => claim.Type == DemoTeams.ClaimType));
        await signIn.RefreshSignInAsync(user);
        return TypedResults.NoContent();
    }
}
