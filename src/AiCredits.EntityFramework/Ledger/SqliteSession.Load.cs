using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Ledger;

/// <content>Reads what the commands of a batch need.</content>
internal sealed partial class SqliteSession
{
    public void Load(LedgerBatch batch, DateTime now)
    {
        foreach (var account in batch.Accounts)
        {
            LoadAccount(account, now);
        }

        foreach (var (account, id) in batch.Grants)
        {
            LoadGrant(account, id);
        }

        foreach (var (account, id) in batch.Holds)
        {
            using (var rows = readHold.Bind(account.Account.Value).Bind(id).Read())
            {
                if (rows.Read())
                {
                    account.Loaded(LedgerRows.ReadHold(rows, 0));
                }
            }

            LoadGeneration(account, id);
        }

        foreach (var (account, key) in batch.Keys)
        {
            LoadEntry(account, key);
            using var rows = readRefusal.Bind(account.Account.Value).Bind(key).Read();
            if (rows.Read())
            {
                account.Loaded(LedgerRows.ReadRefusal(rows, 0));
            }
        }

        foreach (var account in batch.Accounts)
        {
            foreach (var id in account.NamedMembers())
            {
                using var rows = readMember.Bind(account.Account.Value).Bind(id).Read();
                if (rows.Read())
                {
                    account.Loaded(LedgerRows.ReadMember(rows, 0));
                }
            }
        }

        if (batch.HasRefunds)
        {
            LoadCaptures(batch);
        }
    }

    /// <summary>Reads more grants of the accounts that were undecided without.</summary>
    public void LoadMore(LedgerBatch batch)
    {
        foreach (var account in batch.Undecided)
        {
            if (account.MoreGrantsToLoad is not { } most)
            {
                LoadGrants(account, int.MaxValue);
                continue;
            }

            account.LoadedMore(ReadGrants(readMoreGrants, account, most));
            foreach (var id in account.GrantsOfHolds.ToList())
            {
                LoadGrant(account, id);
            }
        }
    }

    private void LoadAccount(BatchAccount account, DateTime now)
    {
        var name = account.Account.Value;
        using (var rows = readAccount.Bind(name).Read())
        {
            account.State = rows.Read() ? LedgerRows.ReadAccount(rows, account.Account, 0) : null;
        }

        if (account.State is null)
        {
            addAccount.Bind(name).Run();
            account.State = new AccountState { Account = account.Account };
            return;
        }

        var due = account.IsDue(now);
        LoadGrants(account, due ? int.MaxValue : account.GrantsToLoad);
        if (due)
        {
            using var rows = readHolds.Bind(name).Read();
            while (rows.Read())
            {
                account.Loaded(LedgerRows.ReadHold(rows, 0));
            }
        }
    }

    private void LoadGrants(BatchAccount account, int most) => account.LoadedInOrder(ReadGrants(readGrantsInOrder, account, most), most);

    private static List<Grant> ReadGrants(SqliteStatement statement, BatchAccount account, int most)
    {
        var found = new List<Grant>();
        using var rows = statement.Bind(account.Account.Value).Bind(most).Read();
        while (rows.Read())
        {
            found.Add(LedgerRows.ReadGrant(rows, 0));
        }

        return found;
    }

    private void LoadGrant(BatchAccount account, long id)
    {
        using var rows = readGrant.Bind(account.Account.Value).Bind(id).Read();
        if (rows.Read())
        {
            account.Loaded(LedgerRows.ReadGrant(rows, 0));
        }
    }

    private void LoadGeneration(BatchAccount account, Guid id)
    {
        using var rows = readGeneration.Bind(account.Account.Value).Bind(id).Read();
        if (rows.Read())
        {
            account.Loaded(LedgerRows.ReadGeneration(rows, account.Account, 0));
        }
    }

    private void LoadEntry(BatchAccount account, string key)
    {
        Entry entry;
        using (var rows = readEntry.Bind(account.Account.Value).Bind(key).Read())
        {
            if (!rows.Read())
            {
                return;
            }

            entry = LedgerRows.ReadEntry(rows, account.Account, 0);
        }

        account.Loaded(entry);
        if (entry.HoldId is { } generation)
        {
            LoadGeneration(account, generation);
        }
    }

    private void LoadCaptures(LedgerBatch batch)
    {
        foreach (var account in batch.Accounts)
        {
            foreach (var refund in account.Refunds)
            {
                while (account.NextCaptureRange(refund.HoldId) is { } range)
                {
                    List<Entry> captures = [];
                    using (var rows = readCaptures.Bind(account.Account.Value).Bind(range.First).Bind(range.Last).Bind(refund.HoldId).Read())
                    {
                        while (rows.Read())
                        {
                            captures.Add(LedgerRows.ReadEntry(rows, account.Account, 0));
                        }
                    }

                    account.LoadedCaptures(refund.HoldId, range.First, captures);
                    foreach (var slice in captures.SelectMany(capture => capture.Slices).Where(slice => !account.IsLoaded(slice.GrantId)))
                    {
                        LoadGrant(account, slice.GrantId);
                    }
                }
            }
        }
    }
}
