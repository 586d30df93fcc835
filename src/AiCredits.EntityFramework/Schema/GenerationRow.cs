using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_generation: a finished generation of an account. Running ones are in their holds.</summary>
internal sealed class GenerationRow
{
    public required string AccountId { get; set; }

    public Guid GenerationId { get; set; }

    public GenerationStatus Status { get; set; }

    public GenerationOutcome? Outcome { get; set; }

    public required string Model { get; set; }

    public int Count { get; set; }

    public long Price { get; set; }

    public required string PriceVersion { get; set; }

    public string? Prompt { get; set; }

    public long? PromptExpiresAt { get; set; }

    public long Charged { get; set; }

    public long Released { get; set; }

    public long StartedAt { get; set; }

    public long? EndedAt { get; set; }

    public string? Error { get; set; }

    public string? ProviderRequestId { get; set; }

    public long? ProviderCost { get; set; }

    public string? ProviderCurrency { get; set; }

    public long FirstSeq { get; set; }

    public long LastSeq { get; set; }

    public long RequestHash { get; set; }

    public long AvailableAfter { get; set; }

    public long HeldAfter { get; set; }

    public string? Member { get; set; }

    public static GenerationRow From(AccountId account, Generation generation) => new()
    {
        AccountId = account.Value,
        GenerationId = generation.Id,
        Status = generation.Status,
        Outcome = generation.Outcome,
        Model = generation.Start.Model,
        Count = generation.Start.Count,
        Price = generation.Start.Price.Millionths,
        PriceVersion = generation.Start.PriceVersion,
        Prompt = generation.Start.Prompt,
        PromptExpiresAt = Stored.Micros(generation.Start.PromptExpiresAt),
        Charged = generation.Charged.Millionths,
        Released = generation.Released.Millionths,
        StartedAt = Stored.Micros(generation.StartedAt),
        EndedAt = Stored.Micros(generation.EndedAt),
        Error = generation.Error,
        ProviderRequestId = generation.ProviderRequestId,
        ProviderCost = generation.ProviderCostMillionths,
        ProviderCurrency = generation.ProviderCurrency,
        FirstSeq = generation.FirstEntry,
        LastSeq = generation.LastEntry,
        RequestHash = generation.RequestHash,
        AvailableAfter = generation.AvailableAfter.Millionths,
        HeldAfter = generation.HeldAfter.Millionths,
        Member = generation.Start.Member,
    };

    public Generation ToGeneration() => new()
    {
        Id = GenerationId,
        Account = new AccountId(AccountId),
        Status = Status,
        Outcome = Outcome,
        Start = new GenerationStart
        {
            Model = Model,
            Count = Count,
            Price = Credits.FromMillionths(Price),
            PriceVersion = PriceVersion,
            Member = Member,
            Prompt = Prompt,
            PromptExpiresAt = Stored.Time(PromptExpiresAt),
        },
        Charged = Credits.FromMillionths(Charged),
        Released = Credits.FromMillionths(Released),
        StartedAt = Stored.Time(StartedAt),
        EndedAt = Stored.Time(EndedAt),
        Error = Error,
        ProviderRequestId = ProviderRequestId,
        ProviderCostMillionths = ProviderCost,
        ProviderCurrency = ProviderCurrency,
        FirstEntry = FirstSeq,
        LastEntry = LastSeq,
        RequestHash = RequestHash,
        AvailableAfter = Credits.FromMillionths(AvailableAfter),
        HeldAfter = Credits.FromMillionths(HeldAfter),
    };
}
