using System.Text.Json.Serialization;
using AiCredits.Ledger;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>An entry as its owner sees it: a signed amount, and what was left after it.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record Transaction(string Id, string Kind, decimal Amount, decimal BalanceAfter, string Description, string? Model, DateTime CreatedAt)
{
    /// <summary>What changes what the account owns: each amount is the difference between two balances in a row.</summary>
    public static readonly IReadOnlyList<EntryKind> DefaultKinds =
        [EntryKind.Grant, EntryKind.Capture, EntryKind.Expire, EntryKind.Revoke, EntryKind.Repay, EntryKind.Refund, EntryKind.Transfer];

    public static readonly IReadOnlyDictionary<string, EntryKind> KindsByName =
        DefaultKinds.Concat([EntryKind.Hold, EntryKind.Release]).ToDictionary(NameOf, StringComparer.OrdinalIgnoreCase);

    public static Transaction From(Entry entry)
    {
        // Credits set aside are still owned: beside a hold or a release, what can be spent is the balance that has changed.
        var movesWithin = entry.Kind is EntryKind.Hold or EntryKind.Release;
        var amount = entry.Kind is EntryKind.Grant or EntryKind.Refund or EntryKind.Release ? entry.Amount : -entry.Amount;
        return new Transaction(
            entry.Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture),
            NameOf(entry.Kind),
            amount.ToDecimal(),
            (movesWithin ? entry.AvailableAfter : entry.BalanceAfter).ToDecimal(),
            entry.Description ?? Describe(entry),
            entry.Model,
            entry.At);
    }

    private static string Describe(Entry entry) => entry.Kind switch
    {
        EntryKind.Grant => entry.GrantKind switch
        {
            GrantKind.Welcome => "Welcome credits",
            GrantKind.Purchase => "Credits bought",
            GrantKind.Bonus => "Bonus credits",
            GrantKind.Plan => "Credits of the plan",
            GrantKind.Promotion => "Promotion",
            GrantKind.Compensation => "Compensation",
            GrantKind.Transfer => "Transfer",
            _ => "Adjustment",
        },
        EntryKind.Capture => entry.Model is null ? "Generation" : $"Generation with {entry.Model}",
        EntryKind.Expire => "Credits expired",
        EntryKind.Revoke => "Credits taken back",
        EntryKind.Repay => "Debt repaid",
        EntryKind.Transfer => "Credits sent",
        EntryKind.Refund => entry.Model is null ? "Generation given back" : $"Generation with {entry.Model} given back",
        EntryKind.Hold => entry.Model is null ? "Set aside" : $"Set aside for {entry.Model}",
        _ => entry.Model is null ? "Back from a generation" : $"Back from {entry.Model}",
    };

    private static string NameOf(EntryKind kind) => kind.ToString().ToLowerInvariant();
}
