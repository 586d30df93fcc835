using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.Metering;
using AiCredits.Referrals;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Promotions;

/// <summary>GET /credits/referral: the user's own code and what it has brought. POST: says by whose code a new user came.</summary>
internal static class ReferralEndpoint
{
    public static async Task<IResult> GetAsync(
        HttpContext context,
        ICallerResolver callers,
        ReferralProgramme referrals,
        IOptionsMonitor<AiCreditsOptions> options,
        CreditProblems problems,
        CancellationToken cancellationToken)
    {
        if (await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is not Caller.Account account)
        {
            return problems.SignInRequired(context);
        }

        if (await referrals.GetCodeAsync(account.Id, cancellationToken).ConfigureAwait(false) is not { } code)
        {
            return problems.NotFound(context, "This site has no referrals.");
        }

        var settings = options.CurrentValue.Referrals;
        var counts = await referrals.CountAsync(account.Id, cancellationToken).ConfigureAwait(false);
        return CreditsJson.Ok(new ReferralResponse(code, counts.Referred, counts.Paid, settings.ReferrerCredits.ToDecimal(), settings.ReferredCredits.ToDecimal()));
    }

    public static async Task<IResult> PostAsync(
        HttpContext context,
        ICallerResolver callers,
        ReferralProgramme referrals,
        CreditProblems problems,
        CancellationToken cancellationToken)
    {
        if (await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is not Caller.Account account)
        {
            return problems.SignInRequired(context);
        }

        var (body, refusal) = await JsonBody.ReadAsync<RedeemRequest>(context, problems, cancellationToken).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        return await referrals.AttachAsync(account.Id, body!.Code, cancellationToken).ConfigureAwait(false) switch
        {
            AttachResult.Attached => CreditsJson.Ok(new AttachResponse(Attached: true)),
            AttachResult.OwnCode => problems.Conflict(context, "own-code", "The code is your own", "Give your code to others; it earns credits when they buy."),
            AttachResult.AlreadyAttached => problems.Conflict(context, "already-referred", "The account was referred by somebody else", "An account is referred once."),
            AttachResult.NotNew => problems.Conflict(context, "not-new", "The account is not new", "Only an account that has not bought anything and has referred nobody can be referred."),
            _ => problems.BadRequest(context, "invalid-code", "The code is not valid", "There is no such code. Check how it is written."),
        };
    }
}

/// <summary>The user's code, whom it has brought, and what each side gets.</summary>
internal sealed record ReferralResponse(string Code, int Referred, int Paid, decimal ReferrerCredits, decimal ReferredCredits);

/// <summary>That the account is attached to its referrer.</summary>
internal sealed record AttachResponse(bool Attached);
