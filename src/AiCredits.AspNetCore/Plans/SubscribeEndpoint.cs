using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.AspNetCore.Purchases;
using AiCredits.Metering;
using AiCredits.Payments;
using AiCredits.Plans;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Plans;

/// <summary>POST /credits/subscribe: keeps a subscription and says where to pay for it. An account has one at a time, so a second click gets the same checkout.</summary>
internal sealed partial class SubscribeEndpoint
{
    public static async Task<IResult> PostAsync(
        HttpContext context,
        ICallerResolver callers,
        CreditProblems problems,
        OwnOrigins origins,
        IOptions<AiCreditsHttpOptions> options,
        IPlanCatalog plans,
        SubscriptionDesk desk,
        ILogger<SubscribeEndpoint> logger,
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

        var (body, refusal) = await JsonBody.ReadAsync<SubscribeBody>(context, problems, cancellationToken).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        if (origins.Resolve(context.Request, body!.ReturnUrl ?? AiCreditsHttpOptions.ToClient(context, options.Value.ReturnUrl)) is not { } back)
        {
            return problems.BadReturnUrl(context);
        }

        try
        {
            var order = new SubscribeOrder(account, body.PlanId ?? "", (id, paid) => OwnOrigins.WayBack(back, "subscription", id, paid)) { Seats = body.Seats, Email = CallerEmail.Of(context.User) };
            return await desk.SubscribeAsync(order, cancellationToken).ConfigureAwait(false) switch
            {
                SubscribeResult.Opened opened => CreditsJson.Ok(new SubscribeResponse(opened.Url.AbsoluteUri, opened.Subscription.Id)),
                SubscribeResult.BadSeats seats => problems.BadSeats(context, seats.Minimum, seats.Maximum),
                SubscribeResult.AlreadySubscribed already => problems.Conflict(context, "already-subscribed", "The account is subscribed already", "Change the subscription instead of beginning another one.", ("subscription", SubscriptionItem.From(already.Subscription))),
                _ => problems.UnknownPlan(context, plans),
            };
        }
        catch (PaymentProviderException exception)
        {
            CheckoutFailed(logger, exception);
            return problems.ProviderFailed(context, exception);
        }
    }

    [LoggerMessage(1180, LogLevel.Error, "The checkout of a subscription could not be opened.")]
    private static partial void CheckoutFailed(ILogger logger, Exception exception);
}

/// <summary>What is to be subscribed to, or changed to.</summary>
internal sealed record SubscribeBody(string? PlanId, int? Seats = null, string? ReturnUrl = null);

/// <summary>Where to pay.</summary>
internal sealed record SubscribeResponse(string Url, Guid SubscriptionId);
