using AiCredits.Events;

namespace AiCredits.Ledger;

/// <summary>What a store has to write after a book has applied commands; all of it or nothing.</summary>
public sealed record AccountChanges
{
    /// <summary>The sequence number of the account's last entry before the changes: the fence that the update must match.</summary>
    public required long SequenceBefore { get; init; }

    /// <summary>The account's figures after the changes.</summary>
    public required AccountState State { get; init; }

    /// <summary>New entries, in order.</summary>
    public required IReadOnlyList<Entry> Entries { get; init; }

    /// <summary>Grants to insert or update.</summary>
    public required IReadOnlyList<Grant> Grants { get; init; }

    /// <summary>Holds to insert or update.</summary>
    public required IReadOnlyList<Hold> OpenHolds { get; init; }

    /// <summary>Holds to delete. A hold that was made and ended within the changes is in neither list.</summary>
    public required IReadOnlyList<Guid> EndedHolds { get; init; }

    /// <summary>Finished generations to insert, or to update where one of the same id exists.</summary>
    public required IReadOnlyList<Generation> Generations { get; init; }

    /// <summary>Refusals to insert.</summary>
    public required IReadOnlyList<Refusal> Refusals { get; init; }

    /// <summary>Events to insert into the outbox, in order, to be told after the commit.</summary>
    public required IReadOnlyList<CreditEvent> Events { get; init; }

    /// <summary>Members to insert or update.</summary>
    public IReadOnlyList<Member> Members { get; init; } = [];

    /// <summary>Transfers that have left the account, to insert.</summary>
    public IReadOnlyList<PendingTransfer> Transfers { get; init; } = [];

    /// <summary>True when there is nothing to write: not even a later <see cref="AccountState.NextDue"/>.</summary>
    public required bool IsEmpty { get; init; }
}
