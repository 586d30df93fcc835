using System.Text.Json;
using System.Text.Json.Nodes;
using AiCredits.Events;
using Microsoft.Extensions.Options;

namespace AiCredits.Webhooks;

/// <summary>Puts each event into the outbox for every endpoint that wants it, and no more: sending must never keep other listeners waiting.</summary>
internal sealed class WebhookListener(IWebhookOutbox outbox, IOptionsMonitor<AiCreditsOptions> options, TimeProvider clock) : ICreditEventListener
{
    public async ValueTask HandleAsync(CreditEvent creditEvent, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(creditEvent);
        List<WebhookDelivery>? deliveries = null;
        string? body = null;
        foreach (var (name, endpoint) in options.CurrentValue.Webhooks.Endpoints)
        {
            if (endpoint.Events.Count == 0 || endpoint.Events.Contains(creditEvent.Name))
            {
                body ??= Write(creditEvent);
                (deliveries ??= []).Add(new WebhookDelivery(creditEvent.Account, creditEvent.Sequence, creditEvent.Name, name, UtcMicroseconds.Now(clock), 0, body));
            }
        }

        if (deliveries is not null)
        {
            await outbox.AddAsync(deliveries, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Write(CreditEvent creditEvent) => JsonSerializer.Serialize(new
    {
        id = WebhookSignature.IdOf(creditEvent.Id),
        type = creditEvent.Name,
        timestamp = creditEvent.At,
        data = JsonNode.Parse(CreditEventJson.Write(creditEvent)),
    });
}
