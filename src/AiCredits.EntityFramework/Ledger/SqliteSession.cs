using AiCredits.EntityFramework.Schema;
using AiCredits.Events;
using AiCredits.Ledger;
using Microsoft.Data.Sqlite;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>The one connection that writes the ledger of a SQLite file, with its statements.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly List<SqliteStatement> statements = [];
    private readonly SqliteStatement begin;
    private readonly SqliteStatement commit;
    private readonly SqliteStatement rollback;
    private readonly SqliteStatement addAccount;
    private readonly SqliteStatement readAccount;
    private readonly SqliteStatement readLiveGrants;
    private readonly SqliteStatement readGrant;
    private readonly SqliteStatement readHold;
    private readonly SqliteStatement readHolds;
    private readonly SqliteStatement readEntry;
    private readonly SqliteStatement readCaptures;
    private readonly SqliteStatement readGeneration;
    private readonly SqliteStatement readRefusal;
    private readonly SqliteStatement updateAccount;
    private readonly SqliteStatement addGrant;
    private readonly SqliteStatement updateGrant;
    private readonly SqliteStatement addHold;
    private readonly SqliteStatement updateHold;
    private readonly SqliteStatement removeHold;
    private readonly SqliteStatement addEntry;
    private readonly SqliteStatement addGeneration;
    private readonly SqliteStatement updateGeneration;
    private readonly SqliteStatement addRefusal;
    private readonly SqliteStatement addEvent;

    public SqliteSession(string connectionString, bool fullSync)
    {
        connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            Pragma("busy_timeout = 1000");
            if (Pragma("journal_mode = wal") is not "wal")
            {
                throw new InvalidOperationException($"AIC1223: '{connection.DataSource}' can't use a write-ahead log, which the ledger needs. Move the file to a local disk.");
            }

            Pragma(fullSync ? "synchronous = full" : "synchronous = normal");
            begin = Prepare("begin immediate", 0);
            commit = Prepare("commit", 0);
            rollback = Prepare("rollback", 0);
            addAccount = Prepare($"insert into {TableNames.Account} (account_id, issued, available, held, spent, expired, revoked, debt, seq, last_at, frozen, welcomed, low, chain_head) values (?1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, zeroblob(32))", 1);
            readAccount = Prepare($"select {LedgerRows.Account} from {TableNames.Account} where account_id = ?1", 1);
            readLiveGrants = Prepare($"select {LedgerRows.Grant} from {TableNames.Grant} where account_id = ?1 and live", 1);
            readGrant = Prepare($"select {LedgerRows.Grant} from {TableNames.Grant} where account_id = ?1 and grant_id = ?2", 2);
            readHold = Prepare($"select {LedgerRows.Hold} from {TableNames.Hold} where account_id = ?1 and hold_id = ?2", 2);
            readHolds = Prepare($"select {LedgerRows.Hold} from {TableNames.Hold} where account_id = ?1", 1);
            readEntry = Prepare($"select {LedgerRows.Entry} from {TableNames.Entry} where account_id = ?1 and key = ?2", 2);
            readCaptures = Prepare($"select {LedgerRows.Entry} from {TableNames.Entry} where account_id = ?1 and seq between ?2 and ?3 and hold_id = ?4 and kind = {(int)EntryKind.Capture} order by seq", 4);
            readGeneration = Prepare($"select {LedgerRows.Generation} from {TableNames.Generation} where account_id = ?1 and generation_id = ?2", 2);
            readRefusal = Prepare($"select {LedgerRows.Refusal} from {TableNames.Refusal} where account_id = ?1 and key = ?2", 2);
            updateAccount = Prepare($"update {TableNames.Account} set issued = ?3, available = ?4, held = ?5, spent = ?6, expired = ?7, revoked = ?8, debt = ?9, seq = ?10, last_at = ?11, next_due = ?12, frozen = ?13, welcomed = ?14, low = ?15, chain_head = ?16 where account_id = ?1 and seq = ?2", 16);
            addGrant = PrepareInsert(TableNames.Grant, $"{LedgerRows.Grant}, live");
            updateGrant = Prepare($"update {TableNames.Grant} set available = ?3, held = ?4, spent = ?5, expired = ?6, revoked = ?7, taken_back = ?8, pending = ?9, live = ?10 where account_id = ?1 and grant_id = ?2", 10);
            addHold = PrepareInsert(TableNames.Hold, LedgerRows.Hold);
            updateHold = Prepare($"update {TableNames.Hold} set amount = ?3, captured = ?4, slices = ?5, expires_at = ?6 where account_id = ?1 and hold_id = ?2", 6);
            removeHold = Prepare($"delete from {TableNames.Hold} where account_id = ?1 and hold_id = ?2", 2);
            addEntry = PrepareInsert(TableNames.Entry, LedgerRows.Entry);
            addGeneration = PrepareInsert(TableNames.Generation, LedgerRows.Generation);
            updateGeneration = Prepare($"update {TableNames.Generation} set status = ?3, outcome = ?4, charged = ?5, released = ?6, ended_at = ?7, error = ?8, provider_request_id = ?9, provider_cost = ?10, provider_currency = ?11, last_seq = ?12, available_after = ?13, held_after = ?14 where account_id = ?1 and generation_id = ?2", 14);
            addRefusal = PrepareInsert(TableNames.Refusal, LedgerRows.Refusal);
            addEvent = PrepareInsert(TableNames.Event, LedgerRows.Event, " on conflict do nothing");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Sets or reads a setting of the connection.</summary>
    public object? Pragma(string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"pragma {text}";
        return command.ExecuteScalar();
    }

    public void Begin() => begin.Run();

    public void Commit() => commit.Run();

    public void Rollback() => rollback.Run();

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

        if (batch.HasRefunds)
        {
            LoadCaptures(batch);
        }
    }

    public void Save(BatchAccount account, AccountChanges changes)
    {
        SaveAccount(changes);
        var name = changes.State.Account.Value;
        foreach (var grant in changes.Grants)
        {
            // A grant's id is the number of the entry that made it.
            SaveGrant(name, grant, isNew: grant.Id > changes.SequenceBefore);
        }

        foreach (var hold in changes.OpenHolds)
        {
            SaveHold(name, hold, isNew: hold.EntrySequence > changes.SequenceBefore);
        }

        foreach (var id in changes.EndedHolds)
        {
            Expect(removeHold.Bind(name).Bind(id).Run(), TableNames.Hold);
        }

        foreach (var entry in changes.Entries)
        {
            AddEntry(name, entry);
        }

        foreach (var generation in changes.Generations)
        {
            SaveGeneration(name, generation, isNew: !account.IsFinished(generation.Id));
        }

        foreach (var refusal in changes.Refusals)
        {
            addRefusal.Bind(name).Bind(refusal.Key).Bind(refusal.RequestHash).Bind(Stored.Micros(refusal.At)).Bind(refusal.Frozen)
                .Bind(refusal.Required.Millionths).Bind(refusal.Available.Millionths).Bind(refusal.Held.Millionths).Run();
        }

        foreach (var creditEvent in changes.Events)
        {
            // Two holds without an entry of their own may end at one entry: the second event would be a repetition.
            addEvent.Bind(name).Bind(creditEvent.Sequence).Bind(creditEvent.Name).Bind(Stored.Micros(creditEvent.At)).Bind(0L).Bind(CreditEventJson.Write(creditEvent)).Run();
        }
    }

    public void Dispose()
    {
        foreach (var statement in statements)
        {
            statement.Dispose();
        }

        connection.Dispose();
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

        using (var rows = readLiveGrants.Bind(name).Read())
        {
            while (rows.Read())
            {
                account.Loaded(LedgerRows.ReadGrant(rows, 0));
            }
        }

        if (account.IsDue(now))
        {
            using var rows = readHolds.Bind(name).Read();
            while (rows.Read())
            {
                account.Loaded(LedgerRows.ReadHold(rows, 0));
            }
        }
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

    private void SaveAccount(AccountChanges changes)
    {
        var state = changes.State;
        var changed = updateAccount.Bind(state.Account.Value).Bind(changes.SequenceBefore)
            .Bind(state.Issued.Millionths).Bind(state.Available.Millionths).Bind(state.Held.Millionths).Bind(state.Spent.Millionths)
            .Bind(state.Expired.Millionths).Bind(state.Revoked.Millionths).Bind(state.Debt.Millionths).Bind(state.Sequence)
            .Bind(Stored.Micros(state.LastAt)).Bind(Stored.Micros(state.NextDue)).Bind(state.Frozen).Bind(state.Welcomed).Bind(state.Low)
            .Bind(state.ChainHead.ToArray()).Run();
        Expect(changed, TableNames.Account);
    }

    private void SaveGrant(string account, Grant grant, bool isNew)
    {
        if (isNew)
        {
            addGrant.Bind(account).Bind(grant.Id).Bind((long)grant.Kind).Bind(grant.Amount.Millionths).Bind(grant.Available.Millionths)
                .Bind(grant.Held.Millionths).Bind(grant.Spent.Millionths).Bind(grant.Expired.Millionths).Bind(grant.Revoked.Millionths)
                .Bind(grant.TakenBack.Millionths).Bind(grant.Priority).Bind(Stored.Micros(grant.GrantedAt)).Bind(Stored.Micros(grant.EffectiveAt))
                .Bind(Stored.Micros(grant.ExpiresAt)).Bind(Stored.Models(grant.Models)).Bind(grant.Reference).Bind(grant.Pending).Bind(grant.IsLive).Run();
            return;
        }

        var changed = updateGrant.Bind(account).Bind(grant.Id).Bind(grant.Available.Millionths).Bind(grant.Held.Millionths)
            .Bind(grant.Spent.Millionths).Bind(grant.Expired.Millionths).Bind(grant.Revoked.Millionths).Bind(grant.TakenBack.Millionths)
            .Bind(grant.Pending).Bind(grant.IsLive).Run();
        Expect(changed, TableNames.Grant);
    }

    private void SaveHold(string account, Hold hold, bool isNew)
    {
        var slices = Stored.Slices(hold.Slices) ?? "[]";
        if (isNew)
        {
            var start = hold.Generation;
            addHold.Bind(account).Bind(hold.Id).Bind(hold.Amount.Millionths).Bind(hold.Captured.Millionths).Bind(slices)
                .Bind(Stored.Micros(hold.ExpiresAt)).Bind((long)hold.OnExpiry).Bind(hold.RequestHash).Bind(hold.EntrySequence)
                .Bind(Stored.Micros(hold.HeldAt)).Bind(hold.AvailableAfter.Millionths).Bind(hold.HeldAfter.Millionths).Bind(start.Model)
                .Bind(start.Count).Bind(start.Price.Millionths).Bind(start.PriceVersion).Bind(start.Prompt).Bind(Stored.Micros(start.PromptExpiresAt)).Run();
            return;
        }

        var changed = updateHold.Bind(account).Bind(hold.Id).Bind(hold.Amount.Millionths).Bind(hold.Captured.Millionths).Bind(slices)
            .Bind(Stored.Micros(hold.ExpiresAt)).Run();
        Expect(changed, TableNames.Hold);
    }

    private void AddEntry(string account, Entry entry) => addEntry
        .Bind(account).Bind(entry.Sequence).Bind(Stored.Micros(entry.At)).Bind((long)entry.Kind).Bind(entry.Amount.Millionths)
        .Bind(entry.Remainder.Millionths).Bind(entry.AvailableAfter.Millionths).Bind(entry.HeldAfter.Millionths).Bind(entry.DebtAfter.Millionths)
        .Bind(entry.Key).Bind(entry.RequestHash).Bind(entry.HoldId).Bind(entry.GrantId).Bind((long?)entry.GrantKind)
        .Bind(Stored.Slices(entry.Slices)).Bind(Stored.Micros(entry.EndsAt)).Bind(entry.Model).Bind(entry.Description)
        .Bind(entry.Actor).Bind(entry.Reference).Bind(entry.Hash.ToArray()).Run();

    private void SaveGeneration(string account, Generation generation, bool isNew)
    {
        if (isNew)
        {
            var start = generation.Start;
            addGeneration.Bind(account).Bind(generation.Id).Bind((long)generation.Status).Bind((long?)generation.Outcome).Bind(start.Model)
                .Bind(start.Count).Bind(start.Price.Millionths).Bind(start.PriceVersion).Bind(start.Prompt).Bind(Stored.Micros(start.PromptExpiresAt))
                .Bind(generation.Charged.Millionths).Bind(generation.Released.Millionths).Bind(Stored.Micros(generation.StartedAt))
                .Bind(Stored.Micros(generation.EndedAt)).Bind(generation.Error).Bind(generation.ProviderRequestId).Bind(generation.ProviderCostMillionths)
                .Bind(generation.ProviderCurrency).Bind(generation.FirstEntry).Bind(generation.LastEntry).Bind(generation.RequestHash)
                .Bind(generation.AvailableAfter.Millionths).Bind(generation.HeldAfter.Millionths).Run();
            return;
        }

        // The prompt is left alone: it may have been forgotten meanwhile.
        var changed = updateGeneration.Bind(account).Bind(generation.Id).Bind((long)generation.Status).Bind((long?)generation.Outcome)
            .Bind(generation.Charged.Millionths).Bind(generation.Released.Millionths).Bind(Stored.Micros(generation.EndedAt)).Bind(generation.Error)
            .Bind(generation.ProviderRequestId).Bind(generation.ProviderCostMillionths).Bind(generation.ProviderCurrency).Bind(generation.LastEntry)
            .Bind(generation.AvailableAfter.Millionths).Bind(generation.HeldAfter.Millionths).Run();
        Expect(changed, TableNames.Generation);
    }

    private static void Expect(int changed, string table)
    {
        if (changed != 1)
        {
            throw new LedgerInvariantException($"{table}: {changed} rows changed, not 1.");
        }
    }

    private SqliteStatement Prepare(string text, int parameters)
    {
        var statement = new SqliteStatement(connection, text, parameters);
        statements.Add(statement);
        return statement;
    }

    private SqliteStatement PrepareInsert(string table, string columns, string onConflict = "")
    {
        var count = columns.Count(character => character == ',') + 2;
        return Prepare($"insert into {table} (account_id, {columns}) values ({string.Join(", ", Enumerable.Range(1, count).Select(index => $"?{index}"))}){onConflict}", count);
    }
}
