using AiCredits.Events;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_event: an event that was committed and waits to be told. Removed once it was.</summary>
internal sealed class EventRow
{
    public required string AccountId { get; set; }

    public long Seq { get; set; }

    public required string Name { get; set; }

    /// <summary>When it may be told next: after a lease or a failure, later.</summary>
    public long DueAt { get; set; }

    public int Attempts { get; set; }

    public required string Body { get; set; }

    public static EventRow From(CreditEvent creditEvent) => new()
    {
        AccountId = creditEvent.Account.Value,
        Seq = creditEvent.Sequence,
        Name = creditEvent.Name,
        DueAt = Stored.Micros(creditEvent.At),
        Body = CreditEventJson.Write(creditEvent),
    };

    public OutboxEvent ToEvent() => new(CreditEventJson.Read(Name, Body), Attempts);
}
