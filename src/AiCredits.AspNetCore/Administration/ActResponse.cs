using System.Text.Json.Serialization;

namespace AiCredits.AspNetCore.Administration;

/// <summary>What an act did, and the account after it.</summary>
/// <param name="Amount">The credits that it moved.</param>
/// <param name="BecameDebt">What was spent already and became debt.</param>
/// <param name="GrantId">The grant that it made.</param>
/// <param name="Replayed">True when it was done before under its key: nothing happened now.</param>
/// <param name="Account">The account's figures now.</param>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record ActResponse(decimal Amount, decimal BecameDebt, long? GrantId, bool Replayed, AccountItem Account);
