using AiCredits.Administration;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Problems;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AiCredits.AspNetCore.Administration;

/// <summary>POST /acts/…: what admins do to an account, each with a reason, the user as its actor and the Idempotency-Key as its key.</summary>
internal sealed class ActEndpoints(CreditAdministration administration, ICreditStore store, CreditProblems problems)
{
    private delegate ValueTask<IResult> Act(HttpContext context, AdminAct act, ActRequest request, CancellationToken cancellationToken);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        Map("grant", "Grants credits", GrantAsync);
        Map("revoke", "Takes back credits of one grant", RevokeAsync);
        Map("adjust", "Changes a balance, up or down", AdjustAsync);
        Map("freeze", "Closes an account to new generations", (context, act, _, token) => FreezeAsync(context, act, frozen: true, token));
        Map("unfreeze", "Opens an account to new generations again", (context, act, _, token) => FreezeAsync(context, act, frozen: false, token));
        Map("refund-generation", "Gives back what a finished generation was charged", RefundGenerationAsync);
        Map("release", "Ends an open hold by giving its credits back", ReleaseAsync);
        Map("capture", "Ends an open hold by taking its credits", CaptureAsync);

        void Map(string name, string summary, Act act) => endpoints.MapAct<ActRequest, ActResponse>(
            problems,
            name,
            summary,
            (context, request, key, token) => act(context, ActRoutes.On(context, request.Account, request.Reason, key), request, token));
    }

    private async ValueTask<IResult> GrantAsync(HttpContext context, AdminAct act, ActRequest request, CancellationToken cancellationToken)
    {
        var grant = new AdminGrant(request.Amount ?? throw new ArgumentException("amount is missing. Say how many credits to grant."))
        {
            Kind = Kind(request.Kind),
            ExpiresAt = request.ExpiresAt?.UtcDateTime,
            Models = request.Models ?? [],
        };
        return await administration.GrantAsync(act, grant, cancellationToken).ConfigureAwait(false) switch
        {
            GrantResult.Granted granted => await DoneAsync(act, granted.Amount, granted.Replayed, cancellationToken, grantId: granted.GrantId).ConfigureAwait(false),
            GrantResult.AlreadyExpired => throw new ArgumentException("expiresAt is in the past. Leave it out, or name a time to come."),
            _ => problems.KeyReused(context),
        };
    }

    private async ValueTask<IResult> RevokeAsync(HttpContext context, AdminAct act, ActRequest request, CancellationToken cancellationToken)
    {
        var grantId = request.GrantId ?? throw new ArgumentException("grantId is missing. Name the grant.");
        return await administration.RevokeAsync(act, grantId, request.Amount, request.ToDebt, cancellationToken).ConfigureAwait(false) switch
        {
            RevokeResult.Done done => await DoneAsync(act, done.Revoked, done.Replayed, cancellationToken, done.BecameDebt).ConfigureAwait(false),
            RevokeResult.NotFound => problems.NotFound(context, "The account has no such grant."),
            RevokeResult.TooMuch tooMuch => TooMuch(context, tooMuch.Revocable),
            _ => problems.KeyReused(context),
        };
    }

    private async ValueTask<IResult> AdjustAsync(HttpContext context, AdminAct act, ActRequest request, CancellationToken cancellationToken)
    {
        var amount = request.Amount ?? throw new ArgumentException("amount is missing. Say by how many credits; below zero to take.");
        return await administration.AdjustAsync(act, amount, cancellationToken).ConfigureAwait(false) switch
        {
            AdjustResult.Done done => await DoneAsync(act, done.Amount, done.Replayed, cancellationToken).ConfigureAwait(false),
            AdjustResult.TooMuch tooMuch => TooMuch(context, tooMuch.Available),
            _ => problems.KeyReused(context),
        };
    }

    private async ValueTask<IResult> FreezeAsync(HttpContext context, AdminAct act, bool frozen, CancellationToken cancellationToken) =>
        await administration.FreezeAsync(act, frozen, cancellationToken).ConfigureAwait(false) is FreezeResult.Done done
            ? await DoneAsync(act, Credits.Zero, done.Replayed, cancellationToken).ConfigureAwait(false)
            : problems.KeyReused(context);

    private async ValueTask<IResult> RefundGenerationAsync(HttpContext context, AdminAct act, ActRequest request, CancellationToken cancellationToken) =>
        await administration.RefundGenerationAsync(act, GenerationOf(request), cancellationToken).ConfigureAwait(false) switch
        {
            RefundResult.Done done => await DoneAsync(act, done.Refunded, done.Replayed, cancellationToken).ConfigureAwait(false),
            RefundResult.NotFound => problems.NotFound(context, "The account has no such generation."),
            RefundResult.NotCharged notCharged => problems.Conflict(context, "not-charged", "There is nothing to give back", $"The generation is {JsonName.Of(notCharged.Status)}: it has taken no credits, or they were given back.", ("status", JsonName.Of(notCharged.Status))),
            _ => problems.KeyReused(context),
        };

    private async ValueTask<IResult> ReleaseAsync(HttpContext context, AdminAct act, ActRequest request, CancellationToken cancellationToken) =>
        await SettledAsync(context, act, await administration.ReleaseAsync(act, GenerationOf(request), cancellationToken).ConfigureAwait(false), settled => settled.Released, cancellationToken).ConfigureAwait(false);

    private async ValueTask<IResult> CaptureAsync(HttpContext context, AdminAct act, ActRequest request, CancellationToken cancellationToken) =>
        await SettledAsync(context, act, await administration.CaptureAsync(act, GenerationOf(request), request.Amount, cancellationToken).ConfigureAwait(false), settled => settled.Captured, cancellationToken).ConfigureAwait(false);

    private async ValueTask<IResult> SettledAsync(HttpContext context, AdminAct act, SettleResult result, Func<SettleResult.Settled, Credits> moved, CancellationToken cancellationToken) => result switch
    {
        SettleResult.Settled settled => await DoneAsync(act, moved(settled), settled.Replayed, cancellationToken).ConfigureAwait(false),
        SettleResult.NotFound => problems.NotFound(context, "The account has no such hold."),
        SettleResult.Insufficient refused => TooMuch(context, refused.Available),
        _ => problems.KeyReused(context),
    };

    private async ValueTask<IResult> DoneAsync(AdminAct act, Credits amount, bool replayed, CancellationToken cancellationToken, Credits becameDebt = default, long? grantId = null)
    {
        var after = await store.GetAccountAsync(act.Account, cancellationToken).ConfigureAwait(false);
        return CreditsJson.Ok(new ActResponse(amount.ToDecimal(), becameDebt.ToDecimal(), grantId, replayed, AccountItem.From(after.State)));
    }

    private IResult TooMuch(HttpContext context, Credits available) => problems.Conflict(
        context,
        "too-much",
        "There is less than was asked for",
        $"{available} credits can be taken, and none were.",
        ("available", available));

    private static Guid GenerationOf(ActRequest request) => request.GenerationId ?? throw new ArgumentException("generationId is missing. Name the generation.");

    private static GrantKind Kind(string? name) => name switch
    {
        null or "" or "adjustment" => GrantKind.Adjustment,
        "promotion" => GrantKind.Promotion,
        "compensation" => GrantKind.Compensation,
        _ => throw new ArgumentException("kind is unknown. Use adjustment, promotion or compensation."),
    };
}
