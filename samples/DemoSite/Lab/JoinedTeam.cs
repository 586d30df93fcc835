namespace AiCredits.DemoSite.Lab;

/// <summary>The team that a user is a member of now.</summary>
/// <param name="Team">Its account.</param>
/// <param name="DailyCap">What the member may use in a day.</param>
internal sealed record JoinedTeam(string Team, Credits DailyCap);
