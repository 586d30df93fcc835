using System.Text.Json;
using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_transfer: credits that have left the account and may not have arrived. It is deleted when they have.</summary>
internal sealed class TransferRow
{
    public required string AccountId { get; set; }

    public Guid TransferId { get; set; }

    public required string ToAccount { get; set; }

    public long SentAt { get; set; }

    public required string Parts { get; set; }

    public static TransferRow From(PendingTransfer transfer) => new()
    {
        AccountId = transfer.From.Value,
        TransferId = transfer.Id,
        ToAccount = transfer.To.Value,
        SentAt = Stored.Micros(transfer.SentAt),
        Parts = Write(transfer.Parts),
    };

    public PendingTransfer ToTransfer() => new(
        new AccountId(AccountId),
        TransferId,
        new AccountId(ToAccount),
        Stored.Time(SentAt),
        [.. (JsonSerializer.Deserialize<Part[]>(Parts) ?? []).Select(part => new TransferPart((GrantKind)part.Kind, Credits.FromMillionths(part.Amount), part.Priority, Stored.Time(part.ExpiresAt), part.Models))]);

    /// <summary>The JSON of a transfer's parts.</summary>
    public static string Write(IReadOnlyList<TransferPart> parts) =>
        JsonSerializer.Serialize(parts.Select(part => new Part((int)part.Kind, part.Amount.Millionths, part.Priority, Stored.Micros(part.ExpiresAt), [.. part.Models])));

    private sealed record Part(int Kind, long Amount, int Priority, long? ExpiresAt, string[] Models);
}
