namespace AiCredits.EntityFramework.Schema;

/// <summary>The triggers by which the database itself refuses to change or remove a row of the history.</summary>
internal static class AppendOnlyGuard
{
    public const string TriggerName = "ai_credits_entry_append_only";

    /// <summary>Makes the triggers on SQLite; safe to run again.</summary>
    public const string Sqlite = $"""
        create trigger if not exists {TriggerName}_update before update on {TableNames.Entry}
        begin select raise(abort, '{SqlRefusal}'); end;
        create trigger if not exists {TriggerName}_delete before delete on {TableNames.Entry}
        begin select raise(abort, '{SqlRefusal}'); end;
        """;

    /// <summary>Makes the trigger function and the triggers on PostgreSQL; safe to run again.</summary>
    public const string PostgreSql = $"""
        create or replace function {TriggerName}() returns trigger language plpgsql as $guard$
        begin raise exception '{SqlRefusal}' using errcode = 'restrict_violation'; end $guard$;
        create or replace trigger {TriggerName} before update or delete on {TableNames.Entry}
        for each row execute function {TriggerName}();
        create or replace trigger {TriggerName}_truncate before truncate on {TableNames.Entry}
        for each statement execute function {TriggerName}();
        """;

    private const string SqlRefusal = "ai_credits_entry is append-only: its rows can''t be changed or removed. Correct a mistake with a new entry, such as a revoke.";
}
