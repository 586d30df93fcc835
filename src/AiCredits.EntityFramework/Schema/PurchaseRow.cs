using System.Text.Json;
using System.Text.Json.Serialization;
using AiCredits.Payments;
using AiCredits.Purchases;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_purchase: one purchase, and what it has done to the ledger. Money is in millionths of the currency's unit.</summary>
internal sealed class PurchaseRow
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    public Guid PurchaseId { get; set; }

    public required string AccountId { get; set; }

    public required string PackId { get; set; }

    public required string PackName { get; set; }

    public Guid? SubscriptionId { get; set; }

    public long? PaysUntil { get; set; }

    public long Price { get; set; }

    public required string Currency { get; set; }

    public long Credits { get; set; }

    public long BonusCredits { get; set; }

    public long? CreditsExpireAfter { get; set; }

    public required string Provider { get; set; }

    public string? ClientKey { get; set; }

    public PurchaseStatus Status { get; set; }

    public string? Fault { get; set; }

    public long CreatedAt { get; set; }

    public long? PaidAt { get; set; }

    public long? DeliveredAt { get; set; }

    public long ChangedAt { get; set; }

    public string? CheckoutId { get; set; }

    public string? CheckoutUrl { get; set; }

    public long? CheckoutExpiresAt { get; set; }

    public string? PaymentId { get; set; }

    public string? CustomerId { get; set; }

    public string? ReceiptUrl { get; set; }

    public long? Total { get; set; }

    public string? TotalCurrency { get; set; }

    public long Refunded { get; set; }

    public long Disputed { get; set; }

    public long DisputesLost { get; set; }

    public string? Fulfilment { get; set; }

    public long? DueAt { get; set; }

    public long Version { get; set; }

    public static PurchaseRow From(Purchase purchase) => new()
    {
        PurchaseId = purchase.Id,
        AccountId = purchase.Account.Value,
        PackId = purchase.PackId,
        PackName = purchase.PackName,
        SubscriptionId = purchase.SubscriptionId,
        PaysUntil = Stored.Micros(purchase.PaysUntil),
        Price = Stored.Money(purchase.Price.Amount),
        Currency = purchase.Price.Currency,
        Credits = purchase.Credits.Millionths,
        BonusCredits = purchase.BonusCredits.Millionths,
        CreditsExpireAfter = (long?)purchase.CreditsExpireAfter?.TotalMicroseconds,
        Provider = purchase.Provider,
        ClientKey = purchase.ClientKey,
        Status = purchase.Status,
        Fault = purchase.Fault,
        CreatedAt = Stored.Micros(purchase.CreatedAt),
        PaidAt = Stored.Micros(purchase.PaidAt),
        DeliveredAt = Stored.Micros(purchase.DeliveredAt),
        ChangedAt = Stored.Micros(purchase.ChangedAt),
        CheckoutId = purchase.CheckoutId,
        CheckoutUrl = purchase.CheckoutUrl?.AbsoluteUri,
        CheckoutExpiresAt = Stored.Micros(purchase.CheckoutExpiresAt),
        PaymentId = purchase.PaymentId,
        CustomerId = purchase.CustomerId,
        ReceiptUrl = purchase.ReceiptUrl?.AbsoluteUri,
        Total = purchase.Total is { } total ? Stored.Money(total.Amount) : null,
        TotalCurrency = purchase.Total?.Currency,
        Refunded = Stored.Money(purchase.Refunded),
        Disputed = Stored.Money(purchase.Disputed),
        DisputesLost = Stored.Money(purchase.DisputesLost),
        Fulfilment = purchase.Fulfilment == PurchaseFulfilment.None ? null : JsonSerializer.Serialize(StoredFulfilment.From(purchase.Fulfilment), Json),
        DueAt = Stored.Micros(purchase.DueAt),
        Version = purchase.Version,
    };

    public Purchase ToPurchase() => new()
    {
        Id = PurchaseId,
        Account = new AccountId(AccountId),
        PackId = PackId,
        PackName = PackName,
        SubscriptionId = SubscriptionId,
        PaysUntil = Stored.Time(PaysUntil),
        Price = new Money(Stored.Money(Price), Currency),
        Credits = AiCredits.Credits.FromMillionths(Credits),
        BonusCredits = AiCredits.Credits.FromMillionths(BonusCredits),
        CreditsExpireAfter = CreditsExpireAfter is { } after ? TimeSpan.FromMicroseconds(after) : null,
        Provider = Provider,
        ClientKey = ClientKey,
        Status = Status,
        Fault = Fault,
        CreatedAt = Stored.Time(CreatedAt),
        PaidAt = Stored.Time(PaidAt),
        DeliveredAt = Stored.Time(DeliveredAt),
        ChangedAt = Stored.Time(ChangedAt),
        CheckoutId = CheckoutId,
        CheckoutUrl = CheckoutUrl is null ? null : new Uri(CheckoutUrl),
        CheckoutExpiresAt = Stored.Time(CheckoutExpiresAt),
        PaymentId = PaymentId,
        CustomerId = CustomerId,
        ReceiptUrl = ReceiptUrl is null ? null : new Uri(ReceiptUrl),
        Total = Total is { } total ? new Money(Stored.Money(total), TotalCurrency!) : null,
        Refunded = Stored.Money(Refunded),
        Disputed = Stored.Money(Disputed),
        DisputesLost = Stored.Money(DisputesLost),
        Fulfilment = Fulfilment is null ? PurchaseFulfilment.None : JsonSerializer.Deserialize<StoredFulfilment>(Fulfilment, Json)!.ToFulfilment(),
        DueAt = Stored.Time(DueAt),
        Version = Version,
    };

    // What is kept is the library's own and must be readable by later versions, whatever becomes of the public records.
    private sealed record StoredFulfilment
    {
        public int Movements { get; init; }

        public StoredMovement? Pending { get; init; }

        public StoredParcel[]? Parcels { get; init; }

        public StoredRefund[]? Refunds { get; init; }

        public long Refunded { get; init; }

        public long Disputed { get; init; }

        public long Lost { get; init; }

        public static StoredFulfilment From(PurchaseFulfilment fulfilment) => new()
        {
            Movements = fulfilment.Movements,
            Pending = fulfilment.Pending is { } pending ? StoredMovement.From(pending) : null,
            Parcels = [.. fulfilment.Parcels.Select(StoredParcel.From)],
            Refunds = fulfilment.Refunds.Count == 0 ? null : [.. fulfilment.Refunds.Select(StoredRefund.From)],
            Refunded = Stored.Money(fulfilment.ToldRefunded),
            Disputed = Stored.Money(fulfilment.ToldDisputed),
            Lost = Stored.Money(fulfilment.ToldLost),
        };

        public PurchaseFulfilment ToFulfilment() => new()
        {
            Movements = Movements,
            Pending = Pending?.ToMovement(),
            Parcels = [.. (Parcels ?? []).Select(parcel => parcel.ToParcel())],
            Refunds = [.. (Refunds ?? []).Select(refund => refund.ToRefund())],
            ToldRefunded = Stored.Money(Refunded),
            ToldDisputed = Stored.Money(Disputed),
            ToldLost = Stored.Money(Lost),
        };
    }

    private sealed record StoredMovement(int Number, PurchaseMovementKind Kind, PurchasePart Part, long Amount, long? Grant, long? Until, string Text, string? Actor)
    {
        public static StoredMovement From(PurchaseMovement movement) =>
            new(movement.Number, movement.Kind, movement.Part, movement.Amount.Millionths, movement.GrantId, Stored.Micros(movement.ExpiresAt), movement.Description, movement.Actor);

        public PurchaseMovement ToMovement() => new(Number, Kind, Part, AiCredits.Credits.FromMillionths(Amount), Grant, Stored.Time(Until), Text) { Actor = Actor };
    }

    private sealed record StoredRefund(string Key, long Amount, long At, string? Actor, string? Reason, bool Made)
    {
        public static StoredRefund From(OrderedRefund refund) => new(refund.Key, Stored.Money(refund.Amount), Stored.Micros(refund.OrderedAt), refund.Actor, refund.Reason, refund.Made);

        public OrderedRefund ToRefund() => new(Key, Stored.Money(Amount), Stored.Time(At)) { Actor = Actor, Reason = Reason, Made = Made };
    }

    private sealed record StoredParcel(PurchasePart Part, long Grant, long Amount, long Taken, long Owed, long Gone, long? Until, bool Over)
    {
        public static StoredParcel From(PurchaseParcel parcel) =>
            new(parcel.Part, parcel.GrantId, parcel.Amount.Millionths, parcel.Taken.Millionths, parcel.Owed.Millionths, parcel.Gone.Millionths, Stored.Micros(parcel.ExpiresAt), parcel.IsOver);

        public PurchaseParcel ToParcel() => new(Part, Grant, AiCredits.Credits.FromMillionths(Amount))
        {
            Taken = AiCredits.Credits.FromMillionths(Taken),
            Owed = AiCredits.Credits.FromMillionths(Owed),
            Gone = AiCredits.Credits.FromMillionths(Gone),
            ExpiresAt = Stored.Time(Until),
            IsOver = Over,
        };
    }
}
