using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.Metering;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>POST /credits/claim: gives the generations that the user made as a guest to the user's account. Doing it again changes nothing.</summary>
internal static class ClaimEndpoint
{
    public static async Task<IResult> PostAsync(
        HttpContext context,
        ICallerResolver callers,
        GuestClaimer claimer,
        CreditProblems problems,
        CancellationToken cancellationToken) =>
        await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is Caller.Account account
            ? CreditsJson.Ok(new ClaimResponse(await claimer.ClaimAsync(context, account.Id, cancellationToken).ConfigureAwait(false)))
            : problems.SignInRequired(context);
}

/// <summary>Whether the guest of the browser's session belongs to the account now; false when there is none, or when it is another account's.</summary>
internal sealed record ClaimResponse(bool Claimed);
