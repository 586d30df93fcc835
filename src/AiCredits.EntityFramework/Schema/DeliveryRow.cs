using AiCredits.Webhooks;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_delivery: an event on its way to one receiver of webhooks.</summary>
internal sealed class DeliveryRow
{
    public required string AccountId { get; set; }

    public long Seq { get; set; }

    public required string Name { get; set; }

    public required string Endpoint { get; set; }

    public long CreatedAt { get; set; }

    public long DueAt { get; set; }

    public int Attempts { get; set; }

    public required string Body { get; set; }

    public static DeliveryRow From(WebhookDelivery delivery) => new()
    {
        AccountId = delivery.Account.Value,
        Seq = delivery.Sequence,
        Name = delivery.Name,
        Endpoint = delivery.Endpoint,
        CreatedAt = Stored.Micros(delivery.CreatedAt),
        DueAt = Stored.Micros(delivery.CreatedAt),
        Attempts = delivery.Attempts,
        Body = delivery.Body,
    };

    public WebhookDelivery ToDelivery() => new(new AccountId(AccountId), Seq, Name, Endpoint, Stored.Time(CreatedAt), Attempts, Body);
}
