namespace AiCredits.EntityFramework.Ledger;

/// <summary>The databases that the ledger is tried on.</summary>
public enum Provider
{
    Sqlite,
    PostgreSql,
    PgBouncer,
}
