using AiCredits.Ledger;
using AiCredits.Payments;
using AiCredits.Plans;
using AiCredits.Purchases;
using Microsoft.Extensions.Logging;

namespace AiCredits.AspNetCore.Purchases;

/// <summary>Verifies a webhook, looks at the payment that it points to, and says how to answer it.</summary>
internal sealed partial class WebhookReceiver(PurchaseDesk desk, SubscriptionDesk subscriptions, ILogger<WebhookReceiver> logger)
{
    public async ValueTask<WebhookAnswer> ReceiveAsync(string provider, WebhookRequest request, CancellationToken cancellationToken)
    {
        if (provider != desk.Provider.Name)
        {
            return WebhookAnswer.UnknownProvider;
        }

        switch (desk.Provider.ReadWebhook(request))
        {
            case WebhookResult.Rejected rejected:
                WebhookRejected(provider, rejected.Reason);
                return WebhookAnswer.Rejected;
            case WebhookResult.Ignored ignored:
                WebhookIgnored(provider, ignored.Type);
                return WebhookAnswer.Done;
            case WebhookResult.Accepted { Event: var paymentEvent }:
                return await HandleAsync(provider, paymentEvent.Type, paymentEvent.Id, async () => await desk.HandleAsync(paymentEvent, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            case WebhookResult.SubscriptionChanged { Event: var subscriptionEvent }:
                return await HandleAsync(provider, subscriptionEvent.Type, subscriptionEvent.Id, async () => await subscriptions.HandleAsync(subscriptionEvent, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            default:
                return WebhookAnswer.Done;
        }
    }

    private async ValueTask<WebhookAnswer> HandleAsync(string provider, string eventType, string eventId, Func<Task> handle)
    {
        try
        {
            await handle().ConfigureAwait(false);
            return WebhookAnswer.Done;
        }
        catch (Exception exception) when (exception is PaymentProviderException or LedgerUnavailableException)
        {
            WebhookPostponed(provider, eventType, eventId, exception);
            return WebhookAnswer.SendAgain;
        }
    }

    [LoggerMessage(1173, LogLevel.Warning, "A webhook of {Provider} was refused. {Reason}")]
    private partial void WebhookRejected(string provider, string reason);

    [LoggerMessage(1174, LogLevel.Debug, "A webhook of {Provider} is about {EventType}, which needs nothing done.")]
    private partial void WebhookIgnored(string provider, string eventType);

    [LoggerMessage(1175, LogLevel.Warning, "The webhook {EventType} ({EventId}) of {Provider} could not be dealt with now and has to be sent again.")]
    private partial void WebhookPostponed(string provider, string eventType, string eventId, Exception exception);
}
