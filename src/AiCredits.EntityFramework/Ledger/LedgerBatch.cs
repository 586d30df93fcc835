using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>The commands of a batch sorted by account, and which rows they need.</summary>
internal sealed class LedgerBatch
{
    private readonly Dictionary<string, BatchAccount> byName = new(StringComparer.Ordinal);

    public LedgerBatch(ReadOnlySpan<PendingCommand> commands)
    {
        Lone = commands is [var lone] ? lone.Command : null;
        foreach (var pending in commands)
        {
            var command = pending.Command;
            if (!byName.TryGetValue(command.Account.Value, out var account))
            {
                account = new BatchAccount(command.Account);
                byName.Add(command.Account.Value, account);
                Accounts.Add(account);
            }

            account.Add(pending);
            if (command.ConcernedHold is { } hold)
            {
                Holds.Add((account, hold));
            }

            if (command.ConcernedGrant is { } grant)
            {
                Grants.Add((account, grant));
            }

            if (command.Key is { } key)
            {
                Keys.Add((account, key));
            }

            HasRefunds |= command is RefundCommand;
        }
    }

    /// <summary>The command of a batch of one; null in others.</summary>
    public LedgerCommand? Lone { get; }

    public List<BatchAccount> Accounts { get; } = [];

    /// <summary>The holds, and so generations, that commands name.</summary>
    public List<(BatchAccount Account, Guid Id)> Holds { get; } = [];

    /// <summary>The grants that commands name, live or not.</summary>
    public List<(BatchAccount Account, long Id)> Grants { get; } = [];

    /// <summary>The keys of commands, under which there may be an entry or a refusal.</summary>
    public List<(BatchAccount Account, string Key)> Keys { get; } = [];

    public bool HasRefunds { get; }

    public BatchAccount this[string account] => byName[account];

    /// <summary>The accounts that can't be decided with the grants loaded for them; load more.</summary>
    public List<BatchAccount> Undecided { get; } = [];

    /// <summary>What is to be written once all is decided, one item per account that changed.</summary>
    public List<AccountChanges> Changes { get; } = [];

    /// <summary>Applies all commands at a time; false when some accounts are <see cref="Undecided"/>. Call it again then.</summary>
    public bool TryDecide(DateTime now, LedgerRules rules)
    {
        Undecided.Clear();
        foreach (var account in Accounts)
        {
            if (account.Changes is not null)
            {
                continue;
            }

            if (!account.TryDecide(now, rules))
            {
                Undecided.Add(account);
            }
            else if (account.Changes is { } decided && (!decided.IsEmpty || decided.State.NextDue != account.State!.NextDue || decided.State.Low != account.State.Low))
            {
                Changes.Add(decided);
            }
        }

        return Undecided.Count == 0;
    }
}
