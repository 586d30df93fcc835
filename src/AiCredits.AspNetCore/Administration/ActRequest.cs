using System.ComponentModel;

namespace AiCredits.AspNetCore.Administration;

/// <summary>What an admin asks for. Each act reads the members that it needs.</summary>
internal sealed record ActRequest
{
    [Description("The account. Every act needs it.")]
    public string? Account { get; init; }

    [Description("Why. Every act needs it; it stands in the history for ever.")]
    public string? Reason { get; init; }

    [Description("grant: how much. adjust: how much, below zero to take. revoke and capture: how much; all when it is left out.")]
    public Credits? Amount { get; init; }

    [Description("grant: adjustment, promotion or compensation. Default adjustment.")]
    public string? Kind { get; init; }

    [Description("grant: when what is left expires. Default never.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Description("grant: the only models it pays for. Default all.")]
    public IReadOnlyList<string>? Models { get; init; }

    [Description("revoke: which grant.")]
    public long? GrantId { get; init; }

    [Description("revoke: true to record as debt what is spent of it already.")]
    public bool ToDebt { get; init; }

    [Description("refund-generation, release and capture: which generation.")]
    public Guid? GenerationId { get; init; }
}
