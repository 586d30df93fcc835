using System.Text.Json.Serialization;
using AiCredits.Ledger;

namespace AiCredits.AspNetCore.Administration;

/// <summary>The figures of an account as an admin sees them.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record AccountItem(
    string Id,
    decimal Available,
    decimal Held,
    decimal Issued,
    decimal Spent,
    decimal Expired,
    decimal Revoked,
    decimal Debt,
    bool Frozen,
    bool Welcomed,
    long Entries,
    DateTime? LastAt)
{
    public static AccountItem From(AccountState state) => new(
        state.Account.Value,
        state.Available.ToDecimal(),
        state.Held.ToDecimal(),
        state.Issued.ToDecimal(),
        state.Spent.ToDecimal(),
        state.Expired.ToDecimal(),
        state.Revoked.ToDecimal(),
        state.Debt.ToDecimal(),
        state.Frozen,
        state.Welcomed,
        state.Sequence,
        state.Sequence == 0 ? null : state.LastAt);
}
