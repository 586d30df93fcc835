using System.Text.Json;
using System.Text.Json.Serialization;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.AspNetCore.Purchases;
using AiCredits.AspNetCore.RateLimiting;
using AiCredits.Metering;
using AiCredits.Payments;
using AiCredits.Plans;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiCredits.AspNetCore.Plans;

/// <summary>The user's subscription: how it stands, and what can be done with it.</summary>
internal sealed partial class SubscriptionEndpoint
{
    public static async Task<IResult> GetAsync(HttpContext context, ICallerResolver callers, CreditProblems problems, SubscriptionDesk desk, ProviderLooks looks, ILogger<SubscriptionEndpoint> logger, CancellationToken cancellationToken)
    {
        if (await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is not Caller.Account { Id: var account })
        {
            return problems.SignInRequired(context);
        }

        if (await desk.FindAsync(account, cancellationToken).ConfigureAwait(false) is not { } subscription)
        {
            return problems.NotFound(context, "You have no subscription.");
        }

        if (subscription.State == SubscriptionState.Pending && looks.TryLook(account))
        {
            // Who comes back from paying wants the credits, not to wait for a webhook.
            try
            {
                subscription = await desk.ConfirmAsync(subscription.Id, cancellationToken).ConfigureAwait(false) ?? subscription;
            }
            catch (PaymentProviderException exception)
            {
                NotConfirmed(logger, subscription.Id, exception);
            }
        }

        return CreditsJson.Ok(SubscriptionItem.From(subscription));
    }

    public static async Task<IResult> ChangeAsync(HttpContext context, ICallerResolver callers, CreditProblems problems, OwnOrigins origins, IPlanCatalog plans, SubscriptionDesk desk, ILogger<SubscriptionEndpoint> logger, CancellationToken cancellationToken)
    {
        var (body, refusal) = await JsonBody.ReadAsync<SubscribeBody>(context, problems, cancellationToken).ConfigureAwait(false);
        return refusal ?? await ActAsync(context, callers, problems, origins, plans, logger, account => desk.ChangeAsync(account, body!.PlanId ?? "", body.Seats, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public static Task<IResult> CancelAsync(HttpContext context, ICallerResolver callers, CreditProblems problems, OwnOrigins origins, IPlanCatalog plans, SubscriptionDesk desk, ILogger<SubscriptionEndpoint> logger, CancellationToken cancellationToken) =>
        ActAsync(context, callers, problems, origins, plans, logger, account => desk.CancelAsync(account, cancellationToken), cancellationToken);

    public static Task<IResult> ReactivateAsync(HttpContext context, ICallerResolver callers, CreditProblems problems, OwnOrigins origins, IPlanCatalog plans, SubscriptionDesk desk, ILogger<SubscriptionEndpoint> logger, CancellationToken cancellationToken) =>
        ActAsync(context, callers, problems, origins, plans, logger, account => desk.ReactivateAsync(account, cancellationToken), cancellationToken);

    private static async Task<IResult> ActAsync(
        HttpContext context,
        ICallerResolver callers,
        CreditProblems problems,
        OwnOrigins origins,
        IPlanCatalog plans,
        ILogger logger,
        Func<AccountId, ValueTask<PlanChangeResult>> act,
        CancellationToken cancellationToken)
    {
        if (!origins.IsOwn(context.Request))
        {
            return problems.CrossOrigin(context);
        }

        if (await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is not Caller.Account { Id: var account })
        {
            return problems.SignInRequired(context);
        }

        try
        {
            return await act(account).ConfigureAwait(false) switch
            {
                PlanChangeResult.Done done => CreditsJson.Ok(SubscriptionItem.From(done.Subscription)),
                PlanChangeResult.UnknownPlan => problems.UnknownPlan(context, plans),
                PlanChangeResult.BadSeats seats => problems.BadSeats(context, seats.Minimum, seats.Maximum),
                PlanChangeResult.NotPossible { Reason: var reason } => problems.Conflict(context, "plan-change-not-possible", "The plan can't be changed now", reason),
                _ => problems.NotFound(context, "You have no subscription that could be changed."),
            };
        }
        catch (PaymentProviderException exception)
        {
            ChangeFailed(logger, exception);
            return problems.ProviderFailed(context, exception);
        }
    }

    [LoggerMessage(1181, LogLevel.Warning, "The payment provider didn't say how subscription {SubscriptionId} stands; the webhook or the reconciliation will.")]
    private static partial void NotConfirmed(ILogger logger, Guid subscriptionId, Exception exception);

    [LoggerMessage(1182, LogLevel.Error, "A subscription could not be changed.")]
    private static partial void ChangeFailed(ILogger logger, Exception exception);
}

/// <summary>A subscription as its subscriber sees it.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record SubscriptionItem(
    Guid Id,
    string PlanId,
    string PlanName,
    string Status,
    int Seats,
    decimal Price,
    string Currency,
    string Interval,
    string? NextPlanId,
    int? NextSeats,
    bool CancelAtPeriodEnd,
    DateTime? PeriodStart,
    DateTime? PeriodEnd,
    DateTime? NextRefill,
    bool Unlimited,
    string? CheckoutUrl)
{
    public static SubscriptionItem From(Subscription subscription) => new(
        subscription.Id,
        subscription.Plan.Id,
        subscription.Plan.Name,
        JsonNamingPolicy.CamelCase.ConvertName(subscription.State.ToString()),
        subscription.Seats,
        subscription.Plan.Price.Amount,
        subscription.Plan.Price.Currency,
        subscription.Plan.Interval == PlanInterval.Year ? "year" : "month",
        subscription.NextPlan?.Id,
        subscription.NextSeats,
        subscription.CancelAtPeriodEnd,
        subscription.PeriodStart,
        subscription.PeriodEnd,
        subscription is { IsOpen: true, CancelAtPeriodEnd: true } && subscription.Slot?.End >= subscription.PeriodEnd ? null : subscription.Slot?.End,
        subscription.Plan.FairUse is not null,
        subscription.State == SubscriptionState.Pending ? subscription.CheckoutUrl?.AbsoluteUri : null);
}
