using AiCredits.Guests;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_guest_use: uses that one generation takes from a subject's window.</summary>
internal sealed class GuestUseRow
{
    public required string Subject { get; set; }

    public Guid UseId { get; set; }

    public int Count { get; set; }

    public long At { get; set; }

    public long? LeaseUntil { get; set; }

    public static GuestUseRow From(string subject, GuestUse use) => new()
    {
        Subject = subject,
        UseId = use.Id,
        Count = use.Count,
        At = Stored.Micros(use.At),
        LeaseUntil = Stored.Micros(use.LeaseUntil),
    };

    public GuestUse ToUse() => new(UseId, Count, Stored.Time(At), Stored.Time(LeaseUntil));
}
