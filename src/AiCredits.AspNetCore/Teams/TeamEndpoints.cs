using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.Metering;
using AiCredits.Teams;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Teams;

/// <summary>Lists, sets and removes the members of the caller's own shared account, and of no other.</summary>
internal static class TeamEndpoints
{
    public static async Task<IResult> ListAsync(HttpContext context, string? after, string? limit, ICallerResolver callers, CreditProblems problems, CreditTeams teams, CancellationToken cancellationToken)
    {
        if (await TeamOf(context, callers, cancellationToken).ConfigureAwait(false) is not { } team)
        {
            return problems.SignInRequired(context);
        }

        var faults = new QueryFaults();
        var size = faults.Limit(limit);
        if (faults.Any)
        {
            return faults.ToResult(context, problems);
        }

        var members = await teams.ListAsync(team.Id, string.IsNullOrEmpty(after) ? null : after, size, cancellationToken).ConfigureAwait(false);
        return CreditsJson.Ok(members.Select(MemberItem.From).ToArray());
    }

    public static async Task<IResult> PutAsync(HttpContext context, string id, ICallerResolver callers, CreditProblems problems, CreditTeams teams, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await TeamOf(context, callers, cancellationToken).ConfigureAwait(false) is not { } team)
        {
            return problems.SignInRequired(context);
        }

        var (body, refusal) = await JsonBody.ReadAsync<MemberBody>(context, problems, cancellationToken).ConfigureAwait(false);
        if (body is null)
        {
            return refusal!;
        }

        try
        {
            var caps = new MemberCaps(CapOf(body.DailyCap), CapOf(body.MonthlyCap), body.CycleAnchor?.UtcDateTime);
            var member = await teams.SetAsync(team.Id, id, caps, NewKey(clock), ActorOf(team), body.Reason, cancellationToken).ConfigureAwait(false);
            return CreditsJson.Ok(MemberItem.From(member.AsOf(UtcMicroseconds.Now(clock))));
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            return problems.BadRequest(context, "invalid-member", "The member can't be set", exception.Message);
        }
    }

    public static async Task<IResult> DeleteAsync(HttpContext context, string id, ICallerResolver callers, CreditProblems problems, CreditTeams teams, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await TeamOf(context, callers, cancellationToken).ConfigureAwait(false) is not { } team)
        {
            return problems.SignInRequired(context);
        }

        try
        {
            return await teams.RemoveAsync(team.Id, id, NewKey(clock), ActorOf(team), cancellationToken: cancellationToken).ConfigureAwait(false)
                ? TypedResults.NoContent()
                : problems.NotFound(context, "The team has no member of this id.");
        }
        catch (ArgumentException exception)
        {
            return problems.BadRequest(context, "invalid-member", "The member can't be removed", exception.Message);
        }
    }

    private static async ValueTask<Caller.Account?> TeamOf(HttpContext context, ICallerResolver callers, CancellationToken cancellationToken) =>
        await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) as Caller.Account;

    // To set what is set already changes nothing that matters, so a repeat needs no key of the client's.
    private static string NewKey(TimeProvider clock) => $"member:{Guid.CreateVersion7(clock.GetUtcNow())}";

    private static string ActorOf(Caller.Account team) => team.Member ?? team.Id.Value;

    private static Credits? CapOf(decimal? cap) => cap is { } credits ? Credits.FromDecimal(credits) : null;
}
