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
    /// parameters.
    /// </summary>
    public const string SessionSettings = """
        select set_config('idle_in_transaction_session_timeout', '10s', false), set_config('lock_timeout', '10s', false),
        set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false), set_config('enable_mergejoin', 'off', false),
        set_config('enable_sort', 'off', false), set_config('enable_bitmapscan', 'off', false), set_config('jit', 'off', false),
        set_config('plan_cache_mode', 'force_generic_plan', false)
        """;

    public const string BackendId = "select pg_backend_pid()";

    private const string Asked = "unnest($1) with ordinality as asked(account_id, position)";

    private const string AskedUpTo = "unnest($1, $2) with ordinality as asked(account_id, most, position)";

    private const string AskedFor = "unnest($1, $2) with ordinality as asked(account_id, id, position)";

    public string AccountTable { get; } = Table(schema, TableNames.Account);

    /// <summary>$1 accounts. A statement of its own before the lock, and in order, as two batches may be the first to touch the same accounts.</summary>
    public string AddAccounts { get; } = $"""
        insert into {Table(schema, TableNames.Account)} (account_id, issued, available, held, spent, expired, revoked, debt, seq, last_at, frozen, welcomed, low, chain_head)
        select id, 0, 0, 0, 0, 0, 0, 0, 0, 0, false, false, false, decode(repeat('00', 32), 'hex') from unnest($1) as asked(id) order by id
        on conflict (account_id) do nothing
        """;

    /// <summary>
    /// $1 accounts, in order so that no two batches wait for each other. The locked rows are current; whatever else is read
    /// must be read in a later statement, since this one's view of other tables may be older than the lock. The last column is
    /// the time, which the outer query reads for each row that the inner one has locked: on the last row it is after all locks.
    /// </summary>
    public string LockAccounts { get; } = $"""
        select locked.*, (extract(epoch from clock_timestamp()) * 1000000)::bigint
        from (select account_id, {LedgerRows.Account} from {Table(schema, TableNames.Account)} where account_id = any($1) order by account_id for update) as locked
        """;

    /// <summary>$1 accounts, $2 how many of each at the most. Live grants in burn order.</summary>
    public string GrantsInOrder { get; } = $"""
        select position, found.* from {AskedUpTo}
        cross join lateral (
          select {LedgerRows.Grant} from {Table(schema, TableNames.Grant)} where account_id = asked.account_id and live
          order by {BurnOrderIndex.Order} limit asked.most) as found
        """;

    /// <summary>$1 accounts, $2 how many of each at the most. Grants with something available, in burn order.</summary>
    public string MoreGrants { get; } = $"""
        select position, found.* from {AskedUpTo}
        cross join lateral (
          select {LedgerRows.Grant} from {Table(schema, TableNames.Grant)} where account_id = asked.account_id and live and available > 0
          order by {BurnOrderIndex.Order} limit asked.most) as found
        """;

    /// <summary>$1 accounts. All open holds, for accounts on which something may have ended.</summary>
    public string AllHolds { get; } = $"""
        select position, found.* from {Asked}
        cross join lateral (select {LedgerRows.Hold} from {Table(schema, TableNames.Hold)} where account_id = asked.account_id) as found
        """;

    /// <summary>$1 accounts, $2 grant ids.</summary>
    public string Grants { get; } = $"""
        select position, found.* from {AskedFor}
        cross join lateral (select {LedgerRows.Grant} from {Table(schema, TableNames.Grant)} where account_id = asked.account_id and grant_id = asked.id limit 1) as found
        """;

    /// <summary>$1 accounts, $2 hold ids.</summary>
    public string Holds { get; } = $"""
        select position, found.* from {AskedFor}
        cross join lateral (select {LedgerRows.Hold} from {Table(schema, TableNames.Hold)} where account_id = asked.account_id and hold_id = asked.id limit 1) as found
        """;

    /// <summary>$1 accounts, $2 generation ids.</summary>
    public string Generations { get; } = $"""
        select position, found.* from {AskedFor}
        cross join lateral (select {LedgerRows.Generation} from {Table(schema, TableNames.Generation)} where account_id = asked.account_id and generation_id = asked.id limit 1) as found
        """;

    /// <summary>$1 accounts, $2 keys.</summary>
    public string Entries { get; } = $"""
        select position, found.* from {AskedFor}
        cross join lateral (select {LedgerRows.Entry} from {Table(schema, TableNames.Entry)} where account_id = asked.account_id and key = asked.id limit 1) as found
        """;

    /// <summary>$1 accounts, $2 keys.</summary>
    public string GenerationsOfEntries { get; } = $"""
        select position, found.* from {AskedFor}
        cross join lateral (select hold_id from {Table(schema, TableNames.Entry)} where account_id = asked.account_id and key = asked.id limit 1) as known
        cross join lateral (select {LedgerRows.Generation} from {Table(schema, TableNames.Generation)} where account_id = asked.account_id and generation_id = known.hold_id limit 1) as found
        """;

    /// <summary>$1 accounts, $2 keys.</summary>
    public string Refusals { get; } = $"""
        select position, found.* from {AskedFor}
        cross join lateral (select {LedgerRows.Refusal} from {Table(schema, TableNames.Refusal)} where account_id = asked.account_id and key = asked.id limit 1) as found
        """;

    /// <summary>$1 accounts, $2 member ids.</summary>
    public string Members { get; } = $"""
        select position, found.* from {AskedFor}
        cross join lateral (select {LedgerRows.Member} from {Table(schema, TableNames.Member)} where account_id = asked.account_id and member_id = asked.id limit 1) as found
        """;

    /// <summary>$1 accounts, $2 hold ids, $3 and $4 the first and the last entry to look at.</summary>
    public string Captures { get; } = $"""
        select position, found.* from unnest($1, $2, $3, $4) with ordinality as asked(account_id, id, first, last, position)
        cross join lateral (
          select {LedgerRows.Entry} from {Table(schema, TableNames.Entry)}
          where account_id = asked.account_id and seq between asked.first and asked.last and hold_id = asked.id and kind = {(int)EntryKind.Capture} order by seq) as found
        """;

    /// <summary>The account's name, the sequence number expected, the figures; the last parameter is the count expected.</summary>
    public string UpdateAccounts { get; } = Counted(
        TableNames.Account,
        $"""
        update {Table(schema, TableNames.Account)} as row set issued = new.issued, available = new.available, held = new.held, spent = new.spent, expired = new.expired,
        revoked = new.revoked, debt = new.debt, seq = new.seq, last_at = new.last_at, next_due = new.next_due, frozen = new.frozen,
        welcomed = new.welcomed, low = new.low, chain_head = new.chain_head
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        as new(account_id, expected, issued, available, held, spent, expired, revoked, debt, seq, last_at, next_due, frozen, welcomed, low, chain_head)
        where row.account_id = new.account_id and row.seq = new.expected
        """,
        "$17");

    public string AddGrants { get; } = $"""
        insert into {Table(schema, TableNames.Grant)} (account_id, {LedgerRows.Grant}, live)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        """;

    public string UpdateGrants { get; } = Counted(
        TableNames.Grant,
        $"""
        update {Table(schema, TableNames.Grant)} as row set available = new.available, held = new.held, spent = new.spent, expired = new.expired, revoked = new.revoked,
        taken_back = new.taken_back, pending = new.pending, live = new.live
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        as new(account_id, grant_id, available, held, spent, expired, revoked, taken_back, pending, live)
        where row.account_id = new.account_id and row.grant_id = new.grant_id
        """,
        "$11");

    public string AddHolds { get; } = $"""
        insert into {Table(schema, TableNames.Hold)} (account_id, {LedgerRows.Hold})
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        """;

    public string UpdateHolds { get; } = Counted(
        TableNames.Hold,
        $"""
        update {Table(schema, TableNames.Hold)} as row set amount = new.amount, captured = new.captured, slices = new.slices, expires_at = new.expires_at
        from unnest($1, $2, $3, $4, $5, $6) as new(account_id, hold_id, amount, captured, slices, expires_at)
        where row.account_id = new.account_id and row.hold_id = new.hold_id
        """,
        "$7");

    public string RemoveHolds { get; } = Counted(
        TableNames.Hold,
        $"""
        delete from {Table(schema, TableNames.Hold)} as row using unnest($1, $2) as ended(account_id, hold_id)
        where row.account_id = ended.account_id and row.hold_id = ended.hold_id
        """,
        "$3");

    public string AddEntries { get; } = $"""
        insert into {Table(schema, TableNames.Entry)} (account_id, {LedgerRows.Entry})
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
        """;

    /// <summary>Without what the entries of a hold and its settlement lack: key, grant, description, actor, reference.</summary>
    public string AddPlainEntries { get; } = $"""
        insert into {Table(schema, TableNames.Entry)} (account_id, seq, at, kind, amount, remainder, available_after, held_after, debt_after, request_hash, hold_id, slices, ends_at, model, hash)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        """;

    /// <summary>Without what a generation lacks that succeeded, keeps no prompt and is no member's.</summary>
    public string AddPlainGenerations { get; } = $"""
        insert into {Table(schema, TableNames.Generation)} (account_id, generation_id, status, outcome, model, count, price, price_version, charged, released, started_at, ended_at, first_seq, last_seq, request_hash, available_after, held_after)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        """;

    public string AddGenerations { get; } = $"""
        insert into {Table(schema, TableNames.Generation)} (account_id, {LedgerRows.Generation})
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
        """;

    /// <summary>Leaves the prompt alone, which may have been forgotten meanwhile.</summary>
    public string UpdateGenerations { get; } = Counted(
        TableNames.Generation,
        $"""
        update {Table(schema, TableNames.Generation)} as row set status = new.status, outcome = new.outcome, charged = new.charged, released = new.released,
        ended_at = new.ended_at, error = new.error, provider_request_id = new.provider_request_id, provider_cost = new.provider_cost,
        provider_currency = new.provider_currency, last_seq = new.last_seq, available_after = new.available_after, held_after = new.held_after
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        as new(account_id, generation_id, status, outcome, charged, released, ended_at, error, provider_request_id, provider_cost, provider_currency, last_seq, available_after, held_after)
        where row.account_id = new.account_id and row.generation_id = new.generation_id
        """,
        "$15");

    public string AddRefusals { get; } = $"insert into {Table(schema, TableNames.Refusal)} (account_id, {LedgerRows.Refusal}) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

    /// <summary>Members are never many at once; the account's lock keeps anybody else away.</summary>
    public string SetMembers { get; } = $"""
        insert into {Table(schema, TableNames.Member)} (account_id, {LedgerRows.Member}) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        on conflict (account_id, member_id) do update set daily_cap = excluded.daily_cap, monthly_cap = excluded.monthly_cap, cycle_anchor = excluded.cycle_anchor,
        removed = excluded.removed, used_in_day = excluded.used_in_day, day_from = excluded.day_from, day_ends_at = excluded.day_ends_at,
        used_in_month = excluded.used_in_month, month_from = excluded.month_from, month_ends_at = excluded.month_ends_at
        """;

    public string AddTransfers { get; } = $"insert into {Table(schema, TableNames.Transfer)} (account_id, {LedgerRows.Transfer}) select * from unnest($1, $2, $3, $4, $5)";

    /// <summary>Two holds without an entry of their own may end at one entry: the second event would be a repetition.</summary>
    public string AddEvents { get; } = $"""
        insert into {Table(schema, TableNames.Event)} (account_id, {LedgerRows.Event}) select * from unnest($1, $2, $3, $4, $5, $6)
        on conflict do nothing
        """;

    // The commit travels with the changes, so the count must be checked on the server: text that is no number ends the
    // transaction, with a message that says which table.
    private static string Counted(string table, string change, string expected) => $"""
        with changed as ({change} returning 1)
        select case when count(*) = {expected} then 0 else ('{PostgreSqlBatchExecutor.CountMismatch}{table}: ' || count(*) || ' rows changed, not ' || {expected})::int end from changed
        """;

    private static string Table(string? schema, string name) => TableNames.Prefix(schema) + name;
}
