using AiCredits.Ledger;

namespace AiCredits.Analytics;

/// <summary>All that is known of one account in memory.</summary>
internal sealed record AccountHistory(AccountState State, Grant[] Grants, Generation[] Generations, Entry[] Entries)
{
    private readonly Dictionary<long, GrantKind> kinds = Grants.ToDictionary(grant => grant.Id, grant => grant.Kind);

    public AccountId Account => State.Account;

    public Credits Held => State.Held;

    public Credits Debt => State.Debt;

    public DateTime? FirstAt => Entries.Length == 0 ? null : Entries[0].At;

    public DateTime? FirstPurchaseAt { get; } = Entries.FirstOrDefault(entry => entry is { Kind: EntryKind.Grant, GrantKind: GrantKind.Purchase })?.At;

    public GrantKind KindOf(long grantId) => kinds[grantId];
}
