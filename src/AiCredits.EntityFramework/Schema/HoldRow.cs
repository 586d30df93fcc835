using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_hold: an open hold. It is deleted when the hold is settled.</summary>
internal sealed class HoldRow
{
    public required string AccountId { get; set; }

    public Guid HoldId { get; set; }

    public long Amount { get; set; }

    public long Captured { get; set; }

    public required string Slices { get; set; }

    public long ExpiresAt { get; set; }

    public HoldExpiryPolicy OnExpiry { get; set; }

    public long RequestHash { get; set; }

    public long EntrySeq { get; set; }

    public long HeldAt { get; set; }

    public long AvailableAfter { get; set; }

    public long HeldAfter { get; set; }

    public required string Model { get; set; }

    public int Count { get; set; }

    public long Price { get; set; }

    public required string PriceVersion { get; set; }

    public string? Prompt { get; set; }

    public long? PromptExpiresAt { get; set; }

    public string? Member { get; set; }

    public static HoldRow From(AccountId account, Hold hold) => new()
    {
        AccountId = account.Value,
        HoldId = hold.Id,
        Amount = hold.Amount.Millionths,
        Captured = hold.Captured.Millionths,
        Slices = Stored.Slices(hold.Slices) ?? "[]",
        ExpiresAt = Stored.Micros(hold.ExpiresAt),
        OnExpiry = hold.OnExpiry,
        RequestHash = hold.RequestHash,
        EntrySeq = hold.EntrySequence,
        HeldAt = Stored.Micros(hold.HeldAt),
        AvailableAfter = hold.AvailableAfter.Millionths,
        HeldAfter = hold.HeldAfter.Millionths,
        Model = hold.Generation.Model,
        Count = hold.Generation.Count,
        Price = hold.Generation.Price.Millionths,
        PriceVersion = hold.Generation.PriceVersion,
        Prompt = hold.Generation.Prompt,
        PromptExpiresAt = Stored.Micros(hold.Generation.PromptExpiresAt),
        Member = hold.Generation.Member,
    };

    public Hold ToHold() => new()
    {
        Id = HoldId,
        Amount = Credits.FromMillionths(Amount),
        Captured = Credits.FromMillionths(Captured),
        Slices = Stored.Slices(Slices),
        ExpiresAt = Stored.Time(ExpiresAt),
        OnExpiry = OnExpiry,
        RequestHash = RequestHash,
        EntrySequence = EntrySeq,
        HeldAt = Stored.Time(HeldAt),
        AvailableAfter = Credits.FromMillionths(AvailableAfter),
        HeldAfter = Credits.FromMillionths(HeldAfter),
        Generation = ToStart(),
    };

    /// <summary>The generation that runs under the hold.</summary>
    public Generation ToGeneration() => new()
    {
        Id = HoldId,
        Account = new AccountId(AccountId),
        Status = GenerationStatus.Running,
        Start = ToStart(),
        Charged = Credits.FromMillionths(Captured),
        StartedAt = Stored.Time(HeldAt),
        FirstEntry = EntrySeq,
        RequestHash = RequestHash,
        AvailableAfter = Credits.FromMillionths(AvailableAfter),
        HeldAfter = Credits.FromMillionths(HeldAfter),
    };

    private GenerationStart ToStart() => new()
    {
        Model = Model,
        Count = Count,
        Price = Credits.FromMillionths(Price),
        PriceVersion = PriceVersion,
        Member = Member,
        Prompt = Prompt,
        PromptExpiresAt = Stored.Time(PromptExpiresAt),
    };
}
