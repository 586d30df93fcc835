using AiCredits.Ledger;

namespace AiCredits.Conformance.Model;

internal sealed class NaiveGrant
{
    public required long Id { get; init; }

    public required GrantKind Kind { get; init; }

    public required decimal Amount { get; init; }

    public required int Priority { get; init; }

    public required DateTime? EffectiveAt { get; init; }

    public required DateTime? ExpiresAt { get; init; }

    public required IReadOnlyList<string> Models { get; init; }

    public bool Pending { get; set; }

    public decimal Issued { get; set; }

    public decimal Available { get; set; }

    public decimal Held { get; set; }

    public decimal Spent { get; set; }

    public decimal Expired { get; set; }

    public decimal Revoked { get; set; }

    public decimal Claimed { get; set; }

    public bool PaysFor(string model) => Models.Count == 0 || Models.Contains(model);
}
