using System.Collections.Frozen;
using System.Text.Json;
using AiCredits.Payments;
using AiCredits.Plans;

namespace AiCredits.Stripe.Payments;

/// <summary>
/// Reads the few stable fields of a verified event that say which payment it is about. The event's copy of the object is
/// left alone: it has the shape of the endpoint's API version, and may be older than what is known already.
/// </summary>
internal static class StripeWebhook
{
    private static readonly FrozenSet<string> Types = FrozenSet.Create(
        StringComparer.Ordinal,
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "charge.refunded",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
        "customer.subscription.created",
        "customer.subscription.updated",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.resumed",
        "invoice.paid",
        "invoice.payment_failed",
        "invoice.voided");

    public static WebhookResult Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair, which is JSON but no text.
            return new WebhookResult.Rejected("The body is no JSON.");
        }
    }

    private static WebhookResult Read(JsonElement root)
    {
        if (TextOf(root, "id") is not { } id || TextOf(root, "type") is not { } type)
        {
            return new WebhookResult.Rejected("The body is no event of Stripe: it has no id or no type.");
        }

        if (!Types.Contains(type))
        {
            return new WebhookResult.Ignored(type);
        }

        if (!TryGet(root, "created", JsonValueKind.Number, out var created) || !created.TryGetInt64(out var seconds) || seconds is < 0 or > 253_402_300_799
            || !TryGet(root, "data", JsonValueKind.Object, out var data) || !TryGet(data, "object", JsonValueKind.Object, out var subject))
        {
            return new WebhookResult.Rejected($"The event of type {type} has no time or no object.");
        }

        var isSession = type.StartsWith("checkout.session.", StringComparison.Ordinal);
        if (type.StartsWith("customer.subscription.", StringComparison.Ordinal) || type.StartsWith("invoice.", StringComparison.Ordinal) || (isSession && TextOf(subject, "mode") == "subscription"))
        {
            return ReadSubscription(new PaymentEvent(id, type, "", DateTime.UnixEpoch.AddSeconds(seconds)), subject);
        }

        if (isSession && TextOf(subject, "mode") == "setup")
        {
            // A card that was saved is asked for by whoever comes back.
            return new WebhookResult.Ignored(type);
        }

        if (!isSession && (!subject.TryGetProperty("payment_intent", out var intent) || intent.ValueKind == JsonValueKind.Null))
        {
            // A charge that no checkout has made.
            return new WebhookResult.Ignored(type);
        }

        var paymentId = isSession ? TextOf(subject, "id") : TextOf(subject, "payment_intent") ?? IdOfExpanded(subject);
        return StripeId.IsPayment(paymentId)
            ? new WebhookResult.Accepted(new PaymentEvent(id, type, paymentId, DateTime.UnixEpoch.AddSeconds(seconds)))
            : new WebhookResult.Rejected($"The event of type {type} names no payment.");
    }

    private static WebhookResult ReadSubscription(PaymentEvent from, JsonElement subject)
    {
        var subscriptionId = TextOf(subject, "id");
        if (from.Type.StartsWith("invoice.", StringComparison.Ordinal))
        {
            // Since 2025 below parent, before that at the top; expanded or not.
            var owner = TryGet(subject, "parent", JsonValueKind.Object, out var parent) && TryGet(parent, "subscription_details", JsonValueKind.Object, out var details) ? details : subject;
            if (!owner.TryGetProperty("subscription", out var subscription) || subscription.ValueKind == JsonValueKind.Null)
            {
                return new WebhookResult.Ignored(from.Type);
            }

            subscriptionId = TextOf(owner, "subscription") ?? TextOf(subscription, "id");
        }

        return StripeId.IsSubscription(subscriptionId) || (StripeId.IsCheckout(subscriptionId) && !from.Type.StartsWith("invoice.", StringComparison.Ordinal))
            ? new WebhookResult.SubscriptionChanged(new SubscriptionEvent(from.Id, from.Type, subscriptionId, from.OccurredAt))
            : new WebhookResult.Rejected($"The event of type {from.Type} names no subscription.");
    }

    private static string? IdOfExpanded(JsonElement subject) =>
        TryGet(subject, "payment_intent", JsonValueKind.Object, out var intent) ? TextOf(intent, "id") : null;

    private static string? TextOf(JsonElement element, string name) =>
        TryGet(element, name, JsonValueKind.String, out var value) && value.GetString() is { Length: > 0 and <= 255 } text ? text : null;

    private static bool TryGet(JsonElement element, string name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value) && value.ValueKind == kind;
    }
}
