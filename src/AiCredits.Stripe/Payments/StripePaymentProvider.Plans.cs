using AiCredits.Payments;
using AiCredits.Plans;
using AiCredits.Stripe.Plans;
using Stripe;
using Stripe.Checkout;

namespace AiCredits.Stripe.Payments;

/// <summary>Sells plans through Stripe Billing.</summary>
internal sealed partial class StripePaymentProvider : ISubscriptionProvider
{
    public async Task<CheckoutSession> CreateSubscriptionCheckoutAsync(SubscriptionCheckoutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Opened(await CreateSessionAsync(customer => ToOptions(request, customer), request.CustomerId, $"subscription-{request.SubscriptionId:N}", cancellationToken).ConfigureAwait(false));
    }

    private SessionCreateOptions ToOptions(SubscriptionCheckoutRequest request, string? customerId)
    {
        var metadata = StripeSubscription.MetadataOf(request.SubscriptionId, request.Plan);
        return new SessionCreateOptions
        {
            Mode = "subscription",
            ClientReferenceId = request.SubscriptionId.ToString(),
            Metadata = metadata,
            LineItems =
            [
                new SessionLineItemOptions
                {
                    Quantity = request.Seats,
                    Price = request.Plan.ProviderPriceId,
                    PriceData = request.Plan.ProviderPriceId is null ? PriceOf(request.Plan) : null,
                },
            ],
            SubscriptionData = new SessionSubscriptionDataOptions
            {
                Description = NameOf(request.Plan),
                Metadata = metadata,
                TrialPeriodDays = request.TrialDays > 0 ? request.TrialDays : null,
            },
            SuccessUrl = request.SuccessUrl.AbsoluteUri,
            CancelUrl = request.CancelUrl.AbsoluteUri,
            Customer = customerId,
            CustomerEmail = customerId is null ? request.Email : null,
            CustomerUpdate = customerId is not null && options.AutomaticTax ? new SessionCustomerUpdateOptions { Address = "auto" } : null,
            AutomaticTax = options.AutomaticTax ? new SessionAutomaticTaxOptions { Enabled = true } : null,
            AllowPromotionCodes = options.AllowPromotionCodes ? true : null,
        };
    }

    public async Task EndCheckoutAsync(string checkoutId, CancellationToken cancellationToken = default)
    {
        if (!StripeId.IsCheckout(checkoutId))
        {
            return;
        }

        // Only an open one can be ended, and it may be paid at this very moment: what became of it is asked afterwards.
        var session = await AskAsync(() => sessions.GetAsync(checkoutId, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        if (session?.Status == "open")
        {
            try
            {
                await AskAsync(() => sessions.ExpireAsync(checkoutId, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
            }
            catch (PaymentProviderException exception) when (!exception.IsTransient)
            {
            }
        }
    }

    public async Task<ProviderSubscription?> FindSubscriptionAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (StripeId.IsSubscription(id))
        {
            var one = new SubscriptionGetOptions { Expand = ["latest_invoice"] };
            var found = await AskAsync(() => subscriptions.GetAsync(id, one, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
            return found is null ? null : await ReadAsync(found, cancellationToken).ConfigureAwait(false);
        }

        if (!StripeId.IsCheckout(id))
        {
            return null;
        }

        var expand = new SessionGetOptions { Expand = ["subscription.latest_invoice"] };
        var session = await AskAsync(() => sessions.GetAsync(id, expand, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        return session switch
        {
            null or { Mode: not "subscription" } => null,
            { Subscription: { } subscription } => await ReadAsync(subscription, cancellationToken).ConfigureAwait(false),
            { Status: "expired" } => new ProviderSubscription(ProviderSubscriptionStatus.Abandoned) { SubscriptionId = StripeSubscription.IdOf(session.ClientReferenceId) },
            _ => new ProviderSubscription(ProviderSubscriptionStatus.Open) { SubscriptionId = StripeSubscription.IdOf(session.ClientReferenceId) },
        };
    }

    public async Task ChangeSubscriptionAsync(SubscriptionChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        var current = await AskAsync(() => subscriptions.GetAsync(change.Id, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false)
            ?? throw new PaymentProviderException($"Stripe knows no subscription {change.Id}.");
        var item = current.Items?.Data?.FirstOrDefault() ?? throw Unreadable();
        if (current.ScheduleId is { } scheduleId)
        {
            // What was to come is replaced by what is asked now.
            await ReleaseAsync(scheduleId, cancellationToken).ConfigureAwait(false);
        }

        if (!change.Now && current.Status == "active" && item.Price.Recurring?.Interval is { } interval && interval != StripeSubscription.IntervalOf(change.Plan))
        {
            await ScheduleAsync(change, item, cancellationToken).ConfigureAwait(false);
            return;
        }

        var update = new SubscriptionUpdateOptions
        {
            Items =
            [
                new SubscriptionItemOptions
                {
                    Id = item.Id,
                    Quantity = change.Seats,
                    Price = change.Plan.ProviderPriceId,
                    PriceData = change.Plan.ProviderPriceId is null ? ItemPriceOf(change.Plan, item.Price.ProductId) : null,
                },
            ],
            Description = NameOf(change.Plan),
            Metadata = new Dictionary<string, string> { [StripeSubscription.PlanIdKey] = change.Plan.Id },
            ProrationBehavior = change.Now ? "always_invoice" : "none",
            // A change that can't be paid doesn't happen.
            PaymentBehavior = change.Now ? "error_if_incomplete" : null,
        };
        var once = new RequestOptions { IdempotencyKey = $"aicredits-change-{change.Key}" };
        await AskAsync(() => subscriptions.UpdateAsync(change.Id, update, once, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public async Task SetCancelAtPeriodEndAsync(string id, bool cancel, CancellationToken cancellationToken = default)
    {
        var update = new SubscriptionUpdateOptions { CancelAtPeriodEnd = cancel };
        if (!cancel && await AskAsync(() => subscriptions.GetAsync(id, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false) is { CancelAtPeriodEnd: false, CancelAt: not null })
        {
            // Cancelled in Stripe's portal, which sets a date: it is taken away by an empty one, and never together with the flag.
            update = new SubscriptionUpdateOptions();
            update.AddExtraParam("cancel_at", "");
        }

        await UpdateCancellationAsync(id, update, cancellationToken).ConfigureAwait(false);
    }

    private static SessionLineItemPriceDataOptions PriceOf(CreditPlan plan) => new()
    {
        Currency = plan.Price.Currency.ToLowerInvariant(),
        UnitAmount = Minor(plan),
        ProductData = new SessionLineItemPriceDataProductDataOptions { Name = plan.Name, Description = string.IsNullOrWhiteSpace(plan.Description) ? null : plan.Description },
        Recurring = new SessionLineItemPriceDataRecurringOptions { Interval = StripeSubscription.IntervalOf(plan) },
    };

    private static SubscriptionItemPriceDataOptions ItemPriceOf(CreditPlan plan, string productId) => new()
    {
        Currency = plan.Price.Currency.ToLowerInvariant(),
        UnitAmount = Minor(plan),
        Product = productId,
        Recurring = new SubscriptionItemPriceDataRecurringOptions { Interval = StripeSubscription.IntervalOf(plan) },
    };

    // The longest description that Stripe takes.
    private static string NameOf(CreditPlan plan) => plan.Name.Length <= 500 ? plan.Name : plan.Name[..500];

    private static long Minor(CreditPlan plan) => StripeAmount.TryToMinor(plan.Price, out var minor)
        ? minor
        : throw new ArgumentException($"Stripe can't charge {plan.Price.Amount} {plan.Price.Currency}. Use more than zero with at most {StripeAmount.DecimalsOf(plan.Price.Currency)} decimals.");
}
