using System.Data.Common;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>The columns that the executors select, and how a row of them is read. The order of a list is the order of its reader.</summary>
internal static class LedgerRows
{
    public const string Account = "issued, available, held, spent, expired, revoked, debt, seq, last_at, next_due, frozen, welcomed, low, chain_head";

    public const string Grant = "grant_id, kind, amount, available, held, spent, expired, revoked, taken_back, priority, granted_at, effective_at, expires_at, models, reference, pending";

    public const string Hold = "hold_id, amount, captured, slices, expires_at, on_expiry, request_hash, entry_seq, held_at, available_after, held_after, model, count, price, price_version, prompt, prompt_expires_at, member";

    public const string Entry = "seq, at, kind, amount, remainder, available_after, held_after, debt_after, key, request_hash, hold_id, grant_id, grant_kind, slices, ends_at, model, description, actor, reference, hash";

    public const string Generation = "generation_id, status, outcome, model, count, price, price_version, prompt, prompt_expires_at, charged, released, started_at, ended_at, error, provider_request_id, provider_cost, provider_currency, first_seq, last_seq, request_hash, available_after, held_after, member";

    public const string Event = "seq, name, due_at, attempts, body";

    public const string Refusal = "key, request_hash, at, frozen, required, available, held, cap, resets_at";

    public const string Member = "member_id, daily_cap, monthly_cap, cycle_anchor, removed, used_in_day, day_from, day_ends_at, used_in_month, month_from, month_ends_at";

    public const string Transfer = "transfer_id, to_account, sent_at, parts";

    /// <param name="row">The row.</param>
    /// <param name="account">The account that the row belongs to.</param>
    /// <param name="at">The position of the list's first column.</param>
    public static AccountState ReadAccount(DbDataReader row, AccountId account, int at) => new()
    {
        Account = account,
        Issued = Amount(row, at),
        Available = Amount(row, at + 1),
        Held = Amount(row, at + 2),
        Spent = Amount(row, at + 3),
        Expired = Amount(row, at + 4),
        Revoked = Amount(row, at + 5),
        Debt = Amount(row, at + 6),
        Sequence = row.GetInt64(at + 7),
        LastAt = Time(row, at + 8),
        NextDue = TimeOrNull(row, at + 9),
        Frozen = row.GetBoolean(at + 10),
        Welcomed = row.GetBoolean(at + 11),
        Low = row.GetBoolean(at + 12),
        ChainHead = row.GetFieldValue<byte[]>(at + 13),
    };

    public static Grant ReadGrant(DbDataReader row, int at) => new()
    {
        Id = row.GetInt64(at),
        Kind = (GrantKind)row.GetInt32(at + 1),
        Amount = Amount(row, at + 2),
        Available = Amount(row, at + 3),
        Held = Amount(row, at + 4),
        Spent = Amount(row, at + 5),
        Expired = Amount(row, at + 6),
        Revoked = Amount(row, at + 7),
        TakenBack = Amount(row, at + 8),
        Priority = row.GetInt32(at + 9),
        GrantedAt = Time(row, at + 10),
        EffectiveAt = TimeOrNull(row, at + 11),
        ExpiresAt = TimeOrNull(row, at + 12),
        Models = Stored.Models(TextOrNull(row, at + 13)),
        Reference = TextOrNull(row, at + 14),
        Pending = row.GetBoolean(at + 15),
    };

    public static Hold ReadHold(DbDataReader row, int at) => new()
    {
        Id = row.GetGuid(at),
        Amount = Amount(row, at + 1),
        Captured = Amount(row, at + 2),
        Slices = Stored.Slices(TextOrNull(row, at + 3)),
        ExpiresAt = Time(row, at + 4),
        OnExpiry = (HoldExpiryPolicy)row.GetInt32(at + 5),
        RequestHash = row.GetInt64(at + 6),
        EntrySequence = row.GetInt64(at + 7),
        HeldAt = Time(row, at + 8),
        AvailableAfter = Amount(row, at + 9),
        HeldAfter = Amount(row, at + 10),
        Generation = ReadStart(row, at + 11, at + 17),
    };

    public static Entry ReadEntry(DbDataReader row, AccountId account, int at) => new()
    {
        Account = account,
        Sequence = row.GetInt64(at),
        At = Time(row, at + 1),
        Kind = (EntryKind)row.GetInt32(at + 2),
        Amount = Amount(row, at + 3),
        Remainder = Amount(row, at + 4),
        AvailableAfter = Amount(row, at + 5),
        HeldAfter = Amount(row, at + 6),
        DebtAfter = Amount(row, at + 7),
        Key = TextOrNull(row, at + 8),
        RequestHash = row.GetInt64(at + 9),
        HoldId = row.IsDBNull(at + 10) ? null : row.GetGuid(at + 10),
        GrantId = LongOrNull(row, at + 11),
        GrantKind = row.IsDBNull(at + 12) ? null : (GrantKind)row.GetInt32(at + 12),
        Slices = Stored.Slices(TextOrNull(row, at + 13)),
        EndsAt = TimeOrNull(row, at + 14),
        Model = TextOrNull(row, at + 15),
        Description = TextOrNull(row, at + 16),
        Actor = TextOrNull(row, at + 17),
        Reference = TextOrNull(row, at + 18),
        Hash = row.GetFieldValue<byte[]>(at + 19),
    };

    public static Generation ReadGeneration(DbDataReader row, AccountId account, int at) => new()
    {
        Id = row.GetGuid(at),
        Account = account,
        Status = (GenerationStatus)row.GetInt32(at + 1),
        Outcome = row.IsDBNull(at + 2) ? null : (GenerationOutcome)row.GetInt32(at + 2),
        Start = ReadStart(row, at + 3, at + 22),
        Charged = Amount(row, at + 9),
        Released = Amount(row, at + 10),
        StartedAt = Time(row, at + 11),
        EndedAt = TimeOrNull(row, at + 12),
        Error = TextOrNull(row, at + 13),
        ProviderRequestId = TextOrNull(row, at + 14),
        ProviderCostMillionths = LongOrNull(row, at + 15),
        ProviderCurrency = TextOrNull(row, at + 16),
        FirstEntry = row.GetInt64(at + 17),
        LastEntry = row.GetInt64(at + 18),
        RequestHash = row.GetInt64(at + 19),
        AvailableAfter = Amount(row, at + 20),
        HeldAfter = Amount(row, at + 21),
    };

    public static Refusal ReadRefusal(DbDataReader row, int at) => new()
    {
        Key = row.GetString(at),
        RequestHash = row.GetInt64(at + 1),
        At = Time(row, at + 2),
        Frozen = row.GetBoolean(at + 3),
        Required = Amount(row, at + 4),
        Available = Amount(row, at + 5),
        Held = Amount(row, at + 6),
        Cap = row.IsDBNull(at + 7) ? null : (MemberCap)row.GetInt32(at + 7),
        ResetsAt = TimeOrNull(row, at + 8),
    };

    public static Member ReadMember(DbDataReader row, int at) => new()
    {
        Id = row.GetString(at),
        DailyCap = AmountOrNull(row, at + 1),
        MonthlyCap = AmountOrNull(row, at + 2),
        CycleAnchor = TimeOrNull(row, at + 3),
        Removed = row.GetBoolean(at + 4),
        UsedInDay = Amount(row, at + 5),
        DayFrom = row.GetInt64(at + 6),
        DayEndsAt = Time(row, at + 7),
        UsedInMonth = Amount(row, at + 8),
        MonthFrom = row.GetInt64(at + 9),
        MonthEndsAt = Time(row, at + 10),
    };

    private static GenerationStart ReadStart(DbDataReader row, int at, int member) => new()
    {
        Model = row.GetString(at),
        Count = row.GetInt32(at + 1),
        Price = Amount(row, at + 2),
        PriceVersion = row.GetString(at + 3),
        Member = TextOrNull(row, member),
        Prompt = TextOrNull(row, at + 4),
        PromptExpiresAt = TimeOrNull(row, at + 5),
    };

    private static Credits Amount(DbDataReader row, int at) => Credits.FromMillionths(row.GetInt64(at));

    private static Credits? AmountOrNull(DbDataReader row, int at) => row.IsDBNull(at) ? null : Amount(row, at);

    private static DateTime Time(DbDataReader row, int at) => UtcMicroseconds.ToDateTime(row.GetInt64(at));

    private static DateTime? TimeOrNull(DbDataReader row, int at) => row.IsDBNull(at) ? null : Time(row, at);

    private static long? LongOrNull(DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetInt64(at);

    private static string? TextOrNull(DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);
}
