using System.ComponentModel;

namespace AiCredits.AspNetCore.Administration;

/// <summary>A refund of a purchase that an admin asks for.</summary>
internal sealed record RefundRequestBody
{
    [Description("The account that bought.")]
    public string? Account { get; init; }

    [Description("Why. It stands in the account's history for ever, and in the provider's records.")]
    public string? Reason { get; init; }

    [Description("Which purchase of the account.")]
    public Guid? PurchaseId { get; init; }

    [Description("How much money, in the currency that was paid. All that is left when it is left out.")]
    public decimal? Money { get; init; }
}
