using System.Text.Json.Serialization;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.Ledger;
using AiCredits.Purchases;

namespace AiCredits.AspNetCore.Administration;

/// <summary>One purchase with the grants that it made and the entries about it.</summary>
/// <param name="Purchase">What is known of it.</param>
/// <param name="ProviderInUse">True when the app still sells through the provider that took the money, and so can refund it.</param>
/// <param name="Grants">What it granted, oldest first.</param>
/// <param name="Refunds">What admins have ordered to be refunded, oldest first.</param>
/// <param name="Entries">What it has done to the account, oldest first.</param>
internal sealed record SoldDetail(SoldItem Purchase, bool ProviderInUse, IReadOnlyList<ParcelItem> Grants, IReadOnlyList<OrderedRefundItem> Refunds, IReadOnlyList<EntryItem> Entries);

/// <summary>A refund that an admin has ordered.</summary>
/// <param name="Money">How much, in the currency that was paid.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="Made">False while the provider's answer is not known.</param>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record OrderedRefundItem(decimal Money, DateTime At, string? Actor, string? Reason, bool Made)
{
    public static OrderedRefundItem From(OrderedRefund refund) => new(refund.Amount, refund.OrderedAt, refund.Actor, refund.Reason, refund.Made);
}

/// <summary>A grant of a purchase: what the purchase has done with it, and where its credits are now.</summary>
/// <param name="Part">Paid or bonus.</param>
/// <param name="GrantId">The grant; null for one that had expired before it could be made.</param>
/// <param name="Amount">How much was granted.</param>
/// <param name="Taken">What the purchase has taken back, debt included.</param>
/// <param name="Owed">What of that was spent and became debt.</param>
/// <param name="Available">What can be spent.</param>
/// <param name="Held">What is set aside for running generations.</param>
/// <param name="Spent">What generations have taken.</param>
/// <param name="Expired">What reached its end.</param>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record ParcelItem(string Part, long? GrantId, decimal Amount, decimal Taken, decimal Owed, decimal Available, decimal Held, decimal Spent, decimal Expired)
{
    public static ParcelItem From(PurchaseParcel parcel, Grant? grant) => new(
        JsonName.Of(parcel.Part),
        parcel.GrantId == 0 ? null : parcel.GrantId,
        parcel.Amount.ToDecimal(),
        parcel.Taken.ToDecimal(),
        parcel.Owed.ToDecimal(),
        grant?.Available.ToDecimal() ?? 0,
        grant?.Held.ToDecimal() ?? 0,
        grant?.Spent.ToDecimal() ?? 0,
        grant is null ? parcel.Gone.ToDecimal() : grant.Expired.ToDecimal());
}
