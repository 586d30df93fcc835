using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_guest_generation: a generation of a guest, running or finished.</summary>
internal sealed class GuestGenerationRow
{
    public Guid GenerationId { get; set; }

    public required string GuestId { get; set; }

    public GenerationStatus Status { get; set; }

    public GenerationOutcome? Outcome { get; set; }

    public string Model { get; set; } = "";

    public int Count { get; set; }

    public long Price { get; set; }

    public string PriceVersion { get; set; } = "";

    public string? Prompt { get; set; }

    public long? PromptExpiresAt { get; set; }

    public long StartedAt { get; set; }

    public long? EndedAt { get; set; }

    public long LeaseUntil { get; set; }

    public string? Error { get; set; }

    public string? ProviderRequestId { get; set; }

    public long? ProviderCost { get; set; }

    public string? ProviderCurrency { get; set; }

    /// <summary>True when analytics have not counted it as it is now.</summary>
    public bool Unrolled { get; set; }

    /// <summary>As what analytics have counted it, so that they can take it out again; null when they have not. One that was given back may run again under its id.</summary>
    public string? Rolled { get; set; }

    /// <summary>Writes what is known of the generation over the row.</summary>
    public void Set(Generation generation)
    {
        Status = generation.Status;
        Outcome = generation.Outcome;
        Model = generation.Start.Model;
        Count = generation.Start.Count;
        Price = generation.Start.Price.Millionths;
        PriceVersion = generation.Start.PriceVersion;
        Prompt = generation.Start.Prompt;
        PromptExpiresAt = Stored.Micros(generation.Start.PromptExpiresAt);
        StartedAt = Stored.Micros(generation.StartedAt);
        EndedAt = Stored.Micros(generation.EndedAt);
        Error = generation.Error;
        ProviderRequestId = generation.ProviderRequestId;
        ProviderCost = generation.ProviderCostMillionths;
        ProviderCurrency = generation.ProviderCurrency;
        Unrolled = EndedAt is not null || Rolled is not null;
    }

    public Generation ToGeneration() => new()
    {
        Id = GenerationId,
        GuestId = GuestId,
        Status = Status,
        Outcome = Outcome,
        Start = new GenerationStart
        {
            Model = Model,
            Count = Count,
            Price = Credits.FromMillionths(Price),
            PriceVersion = PriceVersion,
            Prompt = Prompt,
            PromptExpiresAt = Stored.Time(PromptExpiresAt),
        },
        StartedAt = Stored.Time(StartedAt),
        EndedAt = Stored.Time(EndedAt),
        Error = Error,
        ProviderRequestId = ProviderRequestId,
        ProviderCostMillionths = ProviderCost,
        ProviderCurrency = ProviderCurrency,
    };
}
