using System.Data.Common;
using AiCredits.EntityFramework.Hosting;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Schema;

/// <summary>
/// The triggers by which the database itself refuses to change or remove a row of the history. The built-in contexts make
/// them in their migrations; the app's own migrations know nothing of triggers, so every start looks for them.
/// </summary>
internal static class AppendOnlyGuard
{
    public const string TriggerName = "ai_credits_entry_append_only";

    /// <summary>
    /// Makes the triggers on SQLite; safe to run again. INSERT OR REPLACE removes rows there without asking a delete trigger,
    /// so that there is one for inserts too.
    /// </summary>
    public const string Sqlite = $"""
        create trigger if not exists {TriggerName}_update before update on {TableNames.Entry}
        begin select raise(abort, '{Refusal}'); end;
        create trigger if not exists {TriggerName}_delete before delete on {TableNames.Entry}
        begin select raise(abort, '{Refusal}'); end;
        create trigger if not exists {TriggerName}_replace before insert on {TableNames.Entry}
        when exists (select 1 from {TableNames.Entry} where account_id = new.account_id and (seq = new.seq or key = new.key))
        begin select raise(abort, '{Refusal}'); end;
        """;

    /// <summary>Makes the trigger function and the triggers on PostgreSQL, in the schema that comes first in the search path; safe to run again.</summary>
    public const string PostgreSql = $"""
        create or replace function {TriggerName}() returns trigger language plpgsql as $guard$
        begin raise exception '{Refusal}' using errcode = 'restrict_violation'; end $guard$;
        create or replace trigger {TriggerName} before update or delete on {TableNames.Entry}
        for each row execute function {TriggerName}();
        create or replace trigger {TriggerName}_truncate before truncate on {TableNames.Entry}
        for each statement execute function {TriggerName}();
        """;

    private const string Refusal = "ai_credits_entry is append-only: its rows can''t be changed or removed. Correct a mistake with a new entry, such as a revoke.";

    private const string CountOnSqlite = $"select count(*) as \"Value\" from sqlite_master where type = 'trigger' and tbl_name = '{TableNames.Entry}' and name in ('{TriggerName}_update', '{TriggerName}_delete', '{TriggerName}_replace')";

    private const string CountOnPostgreSql = $"select count(*)::integer as \"Value\" from pg_trigger where tgrelid = to_regclass({{0}}) and tgname in ('{TriggerName}', '{TriggerName}_truncate') and tgenabled in ('O', 'A')";

    // Two sessions that replace one function at once fail with "tuple concurrently updated". Any number serves as the lock's.
    private const string LockOnPostgreSql = "select pg_advisory_xact_lock(4702111234513)";

    /// <summary>Makes the triggers where they are missing; safe on many instances at once.</summary>
    public static async Task EnsureAsync(DbContext context, DatabaseKind kind, CancellationToken cancellationToken)
    {
        var schema = context.Model.FindEntityType(typeof(EntryRow))?.GetSchema();
        if (kind == DatabaseKind.Other || await IsThereAsync(context, kind, schema, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            await context.Database.CreateExecutionStrategy().ExecuteAsync(token => CreateAsync(context, kind, schema, token), cancellationToken).ConfigureAwait(false);
        }
        catch (DbException exception)
        {
            throw new StartException($"AIC1210: The triggers that guard the history of AiCredits are missing and could not be made: {exception.Message} Let a user with the right to do so run this once:\n{(kind == DatabaseKind.Sqlite ? Sqlite : PostgreSql)}", exception);
        }
    }

    private static async Task<bool> IsThereAsync(DbContext context, DatabaseKind kind, string? schema, CancellationToken cancellationToken) => kind == DatabaseKind.Sqlite
        ? await context.Database.SqlQueryRaw<int>(CountOnSqlite).SingleAsync(cancellationToken).ConfigureAwait(false) == 3
        : await context.Database.SqlQueryRaw<int>(CountOnPostgreSql, schema is null ? TableNames.Entry : $"\"{schema}\".{TableNames.Entry}").SingleAsync(cancellationToken).ConfigureAwait(false) == 2;

    private static async Task CreateAsync(DbContext context, DatabaseKind kind, string? schema, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (kind == DatabaseKind.PostgreSql)
        {
            await context.Database.ExecuteSqlRawAsync(LockOnPostgreSql, cancellationToken).ConfigureAwait(false);
            if (schema is not null)
            {
                await context.Database.ExecuteSqlAsync($"select set_config('search_path', quote_ident({schema}), true)", cancellationToken).ConfigureAwait(false);
            }
        }

        await context.Database.ExecuteSqlRawAsync(kind == DatabaseKind.Sqlite ? Sqlite : PostgreSql, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
