using AiCredits.Ledger;

namespace AiCredits.Integrity;

/// <summary>All that a store knows of one account, as of one moment.</summary>
/// <param name="State">Its figures as written, nothing that is due subtracted.</param>
/// <param name="Grants">All grants it ever had.</param>
/// <param name="OpenHolds">All open holds.</param>
/// <param name="Generations">All finished generations.</param>
/// <param name="Entries">All entries, oldest first.</param>
public sealed record AccountArchive(
    AccountState State,
    IReadOnlyList<Grant> Grants,
    IReadOnlyList<Hold> OpenHolds,
    IAsyncEnumerable<Generation> Generations,
    IAsyncEnumerable<Entry> Entries)
{
    /// <summary>All members it ever had.</summary>
    public IReadOnlyList<Member> Members { get; init; } = [];

    /// <summary>The transfers that have left it and are not known to have arrived.</summary>
    public IReadOnlyList<PendingTransfer> PendingTransfers { get; init; } = [];

    /// <summary>The ids of the grants that the store marks as live, where it keeps such a mark of its own; otherwise null.</summary>
    public IReadOnlyCollection<long>? MarkedLive { get; init; }
}
