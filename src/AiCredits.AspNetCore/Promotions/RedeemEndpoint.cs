using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.Ledger;
using AiCredits.Metering;
using AiCredits.Promotions;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Promotions;

/// <summary>POST /credits/redeem: turns a promo code into credits.</summary>
internal static class RedeemEndpoint
{
    public static async Task<IResult> PostAsync(
        HttpContext context,
        ICallerResolver callers,
        PromoCodes codes,
        ICreditStore store,
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

        switch (await codes.RedeemAsync(account.Id, body!.Code, cancellationToken).ConfigureAwait(false))
        {
            case RedeemResult.Redeemed { Redemption: var redemption }:
                var overview = await store.GetAccountAsync(account.Id, cancellationToken).ConfigureAwait(false);
                return CreditsJson.Ok(new RedeemResponse(redemption.Code, redemption.Credits.ToDecimal(), redemption.ExpiresAt, overview.State.Available.ToDecimal()));
            case RedeemResult.AlreadyRedeemed { Last: var last }:
                return problems.Conflict(context, "code-already-redeemed", "The code is redeemed already", $"This account has redeemed {last.Code} before and has its credits.", ("code", last.Code), ("credits", last.Credits), ("redeemedAt", last.At));
            case RedeemResult.UsedUp:
                return problems.Conflict(context, "code-used-up", "The code is used up", "The code has been redeemed as often as it can be.");
            default:
                return problems.BadRequest(context, "invalid-code", "The code is not valid", "There is no such code, or it is not in force now. Check how it is written.");
        }
    }
}

/// <summary>What is to be redeemed.</summary>
internal sealed record RedeemRequest(string? Code);

/// <summary>What a code gave, and what can be spent now.</summary>
internal sealed record RedeemResponse(string Code, decimal Credits, DateTime? ExpiresAt, decimal Balance);
