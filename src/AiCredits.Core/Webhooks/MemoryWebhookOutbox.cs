namespace AiCredits.Webhooks;

/// <summary>Deliveries in this process's memory, lost when it ends.</summary>
internal sealed class MemoryWebhookOutbox(TimeProvider clock) : IWebhookOutbox
{
    private readonly Lock gate = new();
    private readonly Dictionary<(AccountId Account, long Sequence, string Name, string Endpoint), (WebhookDelivery Delivery, DateTime DueAt)> waiting = [];

    public ValueTask AddAsync(IReadOnlyList<WebhookDelivery> deliveries, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            foreach (var delivery in deliveries)
            {
                waiting.TryAdd(KeyOf(delivery), (delivery, delivery.CreatedAt));
            }
        }

        return default;
    }

    public ValueTask<IReadOnlyList<WebhookDelivery>> LeaseAsync(string endpoint, int max, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        var now = UtcMicroseconds.Now(clock);
        lock (gate)
        {
            WebhookDelivery[] leased = [.. waiting.Values.Where(one => one.Delivery.Endpoint == endpoint && one.DueAt <= now).OrderBy(one => one.DueAt).Take(max).Select(one => one.Delivery)];
            foreach (var delivery in leased)
            {
                waiting[KeyOf(delivery)] = (delivery, now + lease);
            }

            return new ValueTask<IReadOnlyList<WebhookDelivery>>(leased);
        }
    }

    public ValueTask CompleteAsync(WebhookDelivery delivery, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            waiting.Remove(KeyOf(delivery));
        }

        return default;
    }

    public ValueTask PostponeAsync(WebhookDelivery delivery, TimeSpan delay, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            waiting[KeyOf(delivery)] = (delivery with { Attempts = delivery.Attempts + 1 }, UtcMicroseconds.Now(clock) + delay);
        }

        return default;
    }

    private static (AccountId Account, long Sequence, string Name, string Endpoint) KeyOf(WebhookDelivery delivery) =>
        (delivery.Account, delivery.Sequence, delivery.Name, delivery.Endpoint);
}
