using AiCredits.Ledger;

namespace AiCredits.Conformance.Model;

internal sealed class NaiveHold
{
    public required Guid Id { get; init; }

    public required object Request { get; init; }

    public required string Model { get; init; }

    public required int Count { get; init; }

    public required decimal Price { get; init; }

    public required HoldExpiryPolicy Policy { get; init; }

    public required DateTime HeldAt { get; init; }

    public required int FirstEntry { get; init; }

    public required List<(NaiveGrant Grant, decimal Amount)> Parts { get; set; }

    public DateTime ExpiresAt { get; set; }

    public HoldResult.Held Answer { get; set; } = null!;

    public List<(NaiveGrant Grant, decimal Amount)> Paid { get; } = [];

    public GenerationStatus Status { get; set; } = GenerationStatus.Running;

    public GenerationOutcome Outcome { get; private set; }

    public bool Open => Status == GenerationStatus.Running;

    public decimal Left => Parts.Sum(part => part.Amount);

    public decimal Captured { get; set; }

    public decimal Released { get; set; }

    public DateTime EndedAt { get; private set; }

    public int LastEntry { get; set; }

    public decimal AvailableAtEnd { get; private set; }

    public decimal HeldAtEnd { get; private set; }

    public SettleResult.Settled? Settlement { get; set; }

    public void Add(NaiveGrant grant, decimal amount)
    {
        var index = Parts.FindIndex(part => part.Grant == grant);
        if (index < 0)
        {
            Parts.Add((grant, amount));
        }
        else
        {
            Parts[index] = (grant, Parts[index].Amount + amount);
        }
    }

    public void EndBy(GenerationStatus status, GenerationOutcome outcome, DateTime at, int lastEntry, decimal available, decimal held)
    {
        (Status, Outcome, EndedAt, LastEntry, AvailableAtEnd, HeldAtEnd) = (status, outcome, at, lastEntry, available, held);
    }

    public Generation ToGeneration(AccountId account) => new()
    {
        Id = Id,
        Account = account,
        Status = Status,
        Outcome = Outcome,
        Start = new GenerationStart { Model = Model, Count = Count, Price = Price },
        Charged = Captured,
        Released = Released,
        StartedAt = HeldAt,
        EndedAt = EndedAt,
        FirstEntry = FirstEntry,
        LastEntry = LastEntry,
        AvailableAfter = AvailableAtEnd,
        HeldAfter = HeldAtEnd,
    };
}
