namespace AiCredits.Reliability;

/// <summary>The databases that the ledger is tried on.</summary>
public enum Provider
{
    Sqlite,
    PostgreSql,
    PgBouncer,
}
