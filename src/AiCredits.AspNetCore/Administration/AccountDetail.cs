namespace AiCredits.AspNetCore.Administration;

/// <summary>One account with all its grants and open holds.</summary>
internal sealed record AccountDetail(AccountItem Account, DateTime? NextExpiry, IReadOnlyList<GrantItem> Grants, IReadOnlyList<HoldItem> Holds);
