using AiCredits.Ledger;

namespace AiCredits.Webhooks;

/// <summary>Where deliveries wait, each for its own endpoint. Every store implements it beside <see cref="ICreditStore"/>.</summary>
/// <remarks>Thread-safe; on any number of instances a delivery is leased to one at a time.</remarks>
public interface IWebhookOutbox
{
    /// <summary>Adds deliveries; one that waits already is left alone.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    ValueTask AddAsync(IReadOnlyList<WebhookDelivery> deliveries, CancellationToken cancellationToken = default);

    /// <summary>Leases at most <paramref name="max"/> deliveries of an endpoint that are due, oldest first, so that no other instance takes them meanwhile.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    ValueTask<IReadOnlyList<WebhookDelivery>> LeaseAsync(string endpoint, int max, TimeSpan lease, CancellationToken cancellationToken = default);

    /// <summary>Removes a delivery.</summary>
    ValueTask CompleteAsync(WebhookDelivery delivery, CancellationToken cancellationToken = default);

    /// <summary>Puts a delivery back, to be tried again after a while.</summary>
    ValueTask PostponeAsync(WebhookDelivery delivery, TimeSpan delay, CancellationToken cancellationToken = default);
}
