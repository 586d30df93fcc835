using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>
/// The SQL of a batch on PostgreSQL. Every look-up is a lateral sub-select per row asked for, and <see cref="Settings"/>
/// leaves the planner no other way than the index, so that no plan depends on how large a table was when it was made.
/// </summary>
internal sealed class PostgreSqlStatements(string? schema)
{
    /// <summary>Explicit, since a role or a connection string may have other defaults.</summary>
    public const string Begin = "begin isolation level read committed read write";

    public const string Commit = "commit";

    public const string Rollback = "rollback";

    // Transaction-local, so that a pooler may give the session to somebody else afterwards. The time-outs free the accounts
    // when this process is paused or cut off between the two round trips.
    public const string Settings = """
        select set_config('idle_in_transaction_session_timeout', '10s', true), set_config('lock_timeout', '10s', true),
        set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
        set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('jit', 'off', true)
        """;

    /// <summary>
    /// The same for the whole of a session that nobody else uses; its statements stay prepared, each with one plan for all
    /// parameters. A single round trip begins no transaction of its own, so what <see cref="Begin"/> says is set here too.
    /// </summary>
    public const string SessionSettings = """
        select set_config('idle_in_transaction_session_timeout', '10s', false), set_config('lock_timeout', '10s', false),
        set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false), set_config('enable_mergejoin', 'off', false),
        set_config('enable_sort', 'off', false), set_config('enable_bitmapscan', 'off', false), set_config('jit', 'off', false),
        set_config('plan_cache_mode', 'force_generic_plan', false),
        set_config('default_transaction_isolation', 'read committed', false), set_config('default_transaction_read_only', 'off', false)
        """;

    public const string BackendId = "select pg_backend_pid()";

    private const string PlainEntry = "account_id, seq, at, kind, amount, remainder, available_after, held_after, debt_after, request_hash, hold_id, slices, ends_at, model, hash";

    public string AccountTable { get; } = Table(schema, TableNames.Account);

    /// <summary>$1 accounts. A statement of its own before the lock, and in order, as two batches may be the first to touch the same accounts.</summary>
    public RowStatement AddAccounts { get; } = RowStatement.Of(1, rows => $"""
        insert into {Table(schema, TableNames.Account)} (account_id, issued, available, held, spent, expired, revoked, debt, seq, last_at, frozen, welcomed, low, chain_head)
        select id, 0, 0, 0, 0, 0, 0, 0, 0, 0, false, false, false, decode(repeat('00', 32), 'hex') from {rows} as asked(id) order by id
        on conflict (account_id) do nothing
        """);

    /// <summary>
    /// $1 accounts, in order so that no two batches wait for each other. The locked rows are current; whatever else is read
    /// must be read in a later statement, since this one's view of other tables may be older than the lock. The last column is
    /// the time, which the outer query reads for each row that the inner one has locked: on the last row it is after all locks.
    /// </summary>
    public RowStatement LockAccounts { get; } = new(LockOf(schema, "any($1)"), LockOf(schema, "$1"));

    /// <summary>$1 accounts, $2 how many of each at the most. Live grants in burn order.</summary>
    public RowStatement GrantsInOrder { get; } = RowStatement.Asking(2, asked => $"""
        select position, found.* from {asked} as asked(account_id, most, position)
        cross join lateral (
          select {LedgerRows.Grant} from {Table(schema, TableNames.Grant)} where account_id = asked.account_id and live
          order by {BurnOrderIndex.Order} limit asked.most) as found
        """);

    /// <summary>$1 accounts, $2 how many of each at the most. Grants with something available, in burn order.</summary>
    public RowStatement MoreGrants { get; } = RowStatement.Asking(2, asked => $"""
        select position, found.* from {asked} as asked(account_id, most, position)
        cross join lateral (
          select {LedgerRows.Grant} from {Table(schema, TableNames.Grant)} where account_id = asked.account_id and live and available > 0
          order by {BurnOrderIndex.Order} limit asked.most) as found
        """);

    /// <summary>$1 accounts. All open holds, for accounts on which something may have ended.</summary>
    public RowStatement AllHolds { get; } = RowStatement.Asking(1, asked => $"""
        select position, found.* from {asked} as asked(account_id, position)
        cross join lateral (select {LedgerRows.Hold} from {Table(schema, TableNames.Hold)} where account_id = asked.account_id) as found
        """);

    /// <summary>$1 accounts, $2 grant ids.</summary>
    public RowStatement Grants { get; } = RowStatement.Asking(2, asked => $"""
        select position, found.* from {asked} as asked(account_id, id, position)
        cross join lateral (select {LedgerRows.Grant} from {Table(schema, TableNames.Grant)} where account_id = asked.account_id and grant_id = asked.id limit 1) as found
        """);

    /// <summary>$1 accounts, $2 hold ids.</summary>
    public RowStatement Holds { get; } = RowStatement.Asking(2, asked => $"""
        select position, found.* from {asked} as asked(account_id, id, position)
        cross join lateral (select {LedgerRows.Hold} from {Table(schema, TableNames.Hold)} where account_id = asked.account_id and hold_id = asked.id limit 1) as found
        """);

    /// <summary>$1 accounts, $2 generation ids.</summary>
    public RowStatement Generations { get; } = RowStatement.Asking(2, asked => $"""
        select position, found.* from {asked} as asked(account_id, id, position)
        cross join lateral (select {LedgerRows.Generation} from {Table(schema, TableNames.Generation)} where account_id = asked.account_id and generation_id = asked.id limit 1) as found
        """);

    /// <summary>$1 accounts, $2 keys.</summary>
    public RowStatement Entries { get; } = RowStatement.Asking(2, asked => $"""
        select position, found.* from {asked} as asked(account_id, id, position)
        cross join lateral (select {LedgerRows.Entry} from {Table(schema, TableNames.Entry)} where account_id = asked.account_id and key = asked.id limit 1) as found
        """);

    /// <summary>$1 accounts, $2 keys.</summary>
    public RowStatement GenerationsOfEntries { get; } = RowStatement.Asking(2, asked => $"""
        select position, found.* from {asked} as asked(account_id, id, position)
        cross join lateral (select hold_id from {Table(schema, TableNames.Entry)} where account_id = asked.account_id and key = asked.id limit 1) as known
        cross join lateral (select {LedgerRows.Generation} from {Table(schema, TableNames.Generation)} where account_id = asked.account_id and generation_id = known.hold_id limit 1) as found
        """);

    /// <summary>$1 accounts, $2 keys.</summary>
    public RowStatement Refusals { get; } = RowStatement.Asking(2, asked => $"""
        select position, found.* from {asked} as asked(account_id, id, position)
        cross join lateral (select {LedgerRows.Refusal} from {Table(schema, TableNames.Refusal)} where account_id = asked.account_id and key = asked.id limit 1) as found
        """);

    /// <summary>$1 accounts, $2 member ids.</summary>
    public RowStatement Members { get; } = RowStatement.Asking(2, asked => $"""
        select position, found.* from {asked} as asked(account_id, id, position)
        cross join lateral (select {LedgerRows.Member} from {Table(schema, TableNames.Member)} where account_id = asked.account_id and member_id = asked.id limit 1) as found
        """);

    /// <summary>$1 accounts, $2 hold ids, $3 and $4 the first and the last entry to look at.</summary>
    public RowStatement Captures { get; } = RowStatement.Asking(4, asked => $"""
        select position, found.* from {asked} as asked(account_id, id, first, last, position)
        cross join lateral (
          select {LedgerRows.Entry} from {Table(schema, TableNames.Entry)}
          where account_id = asked.account_id and seq between asked.first and asked.last and hold_id = asked.id and kind = {(int)EntryKind.Capture} order by seq) as found
        """);

    /// <summary>The account's name, the sequence number expected, the figures; the last parameter is the count expected.</summary>
    public RowStatement UpdateAccounts { get; } = Counted(
        TableNames.Account,
        16,
        rows => $"""
        update {Table(schema, TableNames.Account)} as row set issued = new.issued, available = new.available, held = new.held, spent = new.spent, expired = new.expired,
        revoked = new.revoked, debt = new.debt, seq = new.seq, last_at = new.last_at, next_due = new.next_due, frozen = new.frozen,
        welcomed = new.welcomed, low = new.low, chain_head = new.chain_head
        from {rows} as new(account_id, expected, issued, available, held, spent, expired, revoked, debt, seq, last_at, next_due, frozen, welcomed, low, chain_head)
        where row.account_id = new.account_id and row.seq = new.expected
        """);

    /// <summary>
    /// For one account that was not loaded but remembered, what a hold or a settlement may change: $1 the account, $2 to $10
    /// what is new, $11 to $23 how it was left. Changes no row where that is not so, which <see cref="AddFirstEntry"/> notices.
    /// </summary>
    public string UpdateRemembered { get; } = $"""
        update {Table(schema, TableNames.Account)} as row set available = $2, held = $3, spent = $4, expired = $5, seq = $6, last_at = $7, next_due = $8, low = $9, chain_head = $10
        where row.account_id = $1 and row.issued = $11 and row.available = $12 and row.held = $13 and row.spent = $14 and row.expired = $15 and row.revoked = $16
        and row.debt = $17 and row.seq = $18 and row.last_at = $19 and row.next_due is not distinct from $20 and row.low = $21 and row.chain_head = $22 and row.frozen = $23
        """;

    /// <summary>The one grant of such a hold or settlement: $1 the account, $2 the grant, $3 to $7 what is new, $8 to $11 how it was left.</summary>
    public string UpdateRememberedGrant { get; } = $"""
        update {Table(schema, TableNames.Grant)} as row set available = $3, held = $4, spent = $5, expired = $6, live = $7
        where row.account_id = $1 and row.grant_id = $2 and row.available = $8 and row.held = $9 and row.spent = $10 and row.expired = $11 and row.live and not row.pending
        """;

    /// <summary>
    /// The first entry of such a hold or settlement ($1 to $15), or an error when the account and its grant were not as
    /// remembered, so that they do not have the new figures now ($16, $17 and $18 to $22), when the generation has ended, or
    /// when the time is not within $23 and $24. The row is locked by now. It is no statement of its own, since one that
    /// answers with a row costs a lone command as much as a write.
    /// </summary>
    public string AddFirstEntry { get; } = $"""
        insert into {Table(schema, TableNames.Entry)} ({PlainEntry})
        values (case when clock_timestamp() between $23 and $24
          and exists (select 1 from {Table(schema, TableNames.Account)} as row where row.account_id = $1 and row.seq = $16 and row.chain_head = $17)
          and exists (select 1 from {Table(schema, TableNames.Grant)} as row where row.account_id = $1 and row.grant_id = $18 and row.available = $19 and row.held = $20 and row.spent = $21 and row.expired = $22)
          and not exists (select 1 from {Table(schema, TableNames.Generation)} as row where row.account_id = $1 and row.generation_id = $11)
          then $1 else ('{PostgreSqlBatchExecutor.Outdated}' || $1)::int::text end, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        """;

    public RowStatement AddGrants { get; } = RowStatement.Of(18, rows => $"""
        insert into {Table(schema, TableNames.Grant)} (account_id, {LedgerRows.Grant}, live)
        select * from {rows} as new
        """);

    public RowStatement UpdateGrants { get; } = Counted(
        TableNames.Grant,
        10,
        rows => $"""
        update {Table(schema, TableNames.Grant)} as row set available = new.available, held = new.held, spent = new.spent, expired = new.expired, revoked = new.revoked,
        taken_back = new.taken_back, pending = new.pending, live = new.live
        from {rows}
        as new(account_id, grant_id, available, held, spent, expired, revoked, taken_back, pending, live)
        where row.account_id = new.account_id and row.grant_id = new.grant_id
        """);

    public RowStatement AddHolds { get; } = RowStatement.Of(19, rows => $"""
        insert into {Table(schema, TableNames.Hold)} (account_id, {LedgerRows.Hold})
        select * from {rows} as new
        """);

    public RowStatement UpdateHolds { get; } = Counted(
        TableNames.Hold,
        6,
        rows => $"""
        update {Table(schema, TableNames.Hold)} as row set amount = new.amount, captured = new.captured, slices = new.slices, expires_at = new.expires_at
        from {rows} as new(account_id, hold_id, amount, captured, slices, expires_at)
        where row.account_id = new.account_id and row.hold_id = new.hold_id
        """);

    public RowStatement RemoveHolds { get; } = Counted(
        TableNames.Hold,
        2,
        rows => $"""
        delete from {Table(schema, TableNames.Hold)} as row using {rows} as ended(account_id, hold_id)
        where row.account_id = ended.account_id and row.hold_id = ended.hold_id
        """);

    public RowStatement AddEntries { get; } = RowStatement.Of(21, rows => $"""
        insert into {Table(schema, TableNames.Entry)} (account_id, {LedgerRows.Entry})
        select * from {rows} as new
        """);

    /// <summary>Without what the entries of a hold and its settlement lack: key, grant, description, actor, reference.</summary>
    public RowStatement AddPlainEntries { get; } = RowStatement.Of(15, rows => $"""
        insert into {Table(schema, TableNames.Entry)} ({PlainEntry})
        select * from {rows} as new
        """);

    /// <summary>Without what a generation lacks that succeeded, keeps no prompt and is no member's.</summary>
    public RowStatement AddPlainGenerations { get; } = RowStatement.Of(17, rows => $"""
        insert into {Table(schema, TableNames.Generation)} (account_id, generation_id, status, outcome, model, count, price, price_version, charged, released, started_at, ended_at, first_seq, last_seq, request_hash, available_after, held_after)
        select * from {rows} as new
        """);

    public RowStatement AddGenerations { get; } = RowStatement.Of(24, rows => $"""
        insert into {Table(schema, TableNames.Generation)} (account_id, {LedgerRows.Generation})
        select * from {rows} as new
        """);

    /// <summary>Leaves the prompt alone, which may have been forgotten meanwhile.</summary>
    public RowStatement UpdateGenerations { get; } = Counted(
        TableNames.Generation,
        14,
        rows => $"""
        update {Table(schema, TableNames.Generation)} as row set status = new.status, outcome = new.outcome, charged = new.charged, released = new.released,
        ended_at = new.ended_at, error = new.error, provider_request_id = new.provider_request_id, provider_cost = new.provider_cost,
        provider_currency = new.provider_currency, last_seq = new.last_seq, available_after = new.available_after, held_after = new.held_after
        from {rows}
        as new(account_id, generation_id, status, outcome, charged, released, ended_at, error, provider_request_id, provider_cost, provider_currency, last_seq, available_after, held_after)
        where row.account_id = new.account_id and row.generation_id = new.generation_id
        """);

    public RowStatement AddRefusals { get; } = RowStatement.Of(10, rows => $"insert into {Table(schema, TableNames.Refusal)} (account_id, {LedgerRows.Refusal}) select * from {rows} as new");

    /// <summary>Members are never many at once; the account's lock keeps anybody else away.</summary>
    public RowStatement SetMembers { get; } = RowStatement.Of(12, rows => $"""
        insert into {Table(schema, TableNames.Member)} (account_id, {LedgerRows.Member}) select * from {rows} as new
        on conflict (account_id, member_id) do update set daily_cap = excluded.daily_cap, monthly_cap = excluded.monthly_cap, cycle_anchor = excluded.cycle_anchor,
        removed = excluded.removed, used_in_day = excluded.used_in_day, day_from = excluded.day_from, day_ends_at = excluded.day_ends_at,
        used_in_month = excluded.used_in_month, month_from = excluded.month_from, month_ends_at = excluded.month_ends_at
        """);

    public RowStatement AddTransfers { get; } = RowStatement.Of(5, rows => $"insert into {Table(schema, TableNames.Transfer)} (account_id, {LedgerRows.Transfer}) select * from {rows} as new");

    /// <summary>Two holds without an entry of their own may end at one entry: the second event would be a repetition.</summary>
    public RowStatement AddEvents { get; } = RowStatement.Of(6, rows => $"""
        insert into {Table(schema, TableNames.Event)} (account_id, {LedgerRows.Event}) select * from {rows} as new
        on conflict do nothing
        """);

    // The commit travels with the changes, so the count must be checked on the server: text that is no number ends the
    // transaction, with a message that says which table.
    private static RowStatement Counted(string table, int columns, Func<string, string> change)
    {
        var expected = $"${columns + 1}";
        return RowStatement.Of(columns, rows => $"""
            with changed as ({change(rows)} returning 1)
            select case when count(*) = {expected} then 0 else ('{PostgreSqlBatchExecutor.CountMismatch}{table}: ' || count(*) || ' rows changed, not ' || {expected})::int end from changed
            """);
    }

    private static string LockOf(string? schema, string accounts) => $"""
        select locked.*, (extract(epoch from clock_timestamp()) * 1000000)::bigint
        from (select account_id, {LedgerRows.Account} from {Table(schema, TableNames.Account)} where account_id = {accounts} order by account_id for update) as locked
        """;

    private static string Table(string? schema, string name) => TableNames.Prefix(schema) + name;
}
