using System.Text.Json.Serialization;

namespace AiCredits.AspNetCore.Administration;

/// <summary>What a refund did, and the purchase and the account after it.</summary>
/// <param name="Money">How much money this act gives back.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="Replayed">True when it was ordered before under its key.</param>
/// <param name="Purchase">The purchase now. Credits follow the money as soon as the provider says that it went back.</param>
/// <param name="Account">The account's figures now.</param>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record RefundResponse(decimal Money, string Currency, bool Replayed, SoldItem Purchase, AccountItem Account);
