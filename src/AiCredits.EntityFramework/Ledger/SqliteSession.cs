using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Microsoft.Data.Sqlite;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>The one connection that writes the ledger of a SQLite file, with its statements.</summary>
internal sealed partial class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly List<SqliteStatement> statements = [];
    private readonly SqliteStatement begin;
    private readonly SqliteStatement commit;
    private readonly SqliteStatement rollback;
    private readonly SqliteStatement addAccount;
    private readonly SqliteStatement readAccount;
    private readonly SqliteStatement readGrantsInOrder;
    private readonly SqliteStatement readMoreGrants;
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
    private readonly SqliteStatement readMember;
    private readonly SqliteStatement setMember;
    private readonly SqliteStatement addTransfer;

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
            readGrantsInOrder = Prepare($"select {LedgerRows.Grant} from {TableNames.Grant} where account_id = ?1 and live order by {BurnOrderIndex.Order} limit ?2", 2);
            readMoreGrants = Prepare($"select {LedgerRows.Grant} from {TableNames.Grant} where account_id = ?1 and live and available > 0 order by {BurnOrderIndex.Order} limit ?2", 2);
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
            readMember = Prepare($"select {LedgerRows.Member} from {TableNames.Member} where account_id = ?1 and member_id = ?2", 2);
            setMember = PrepareInsert(TableNames.Member, LedgerRows.Member, " on conflict (account_id, member_id) do update set daily_cap = excluded.daily_cap, monthly_cap = excluded.monthly_cap, cycle_anchor = excluded.cycle_anchor, removed = excluded.removed, used_in_day = excluded.used_in_day, day_from = excluded.day_from, day_ends_at = excluded.day_ends_at, used_in_month = excluded.used_in_month, month_from = excluded.month_from, month_ends_at = excluded.month_ends_at");
            addTransfer = PrepareInsert(TableNames.Transfer, LedgerRows.Transfer);
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

    public void Dispose()
    {
        foreach (var statement in statements)
        {
            statement.Dispose();
        }

        connection.Dispose();
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
