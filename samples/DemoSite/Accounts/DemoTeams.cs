namespace AiCredits.DemoSite.Accounts;

/// <summary>Teams: a user with the claim spends from the team's account, as long as the ledger knows them as a member.</summary>
internal static class DemoTeams
{
    /// <summary>The claim that names the team's account; <c>AiCredits:Http:TeamAccountClaim</c> says the same.</summary>
    public const string ClaimType = "team";

    /// <summary>The name of the policy for those who see and manage their team's members.</summary>
    public const string Policy = "TeamOwner";

    /// <summary>Here whoever is in a team owns it: each member is alone in it.</summary>
    public static void AddDemoTeams(this IServiceCollection services) =>
        services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.RequireClaim(ClaimType));
}
