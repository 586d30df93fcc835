namespace AiCredits.EntityFramework.Hosting;

internal enum DatabaseKind
{
    Sqlite,
    PostgreSql,

    /// <summary>Any other relational provider: served by the portable path.</summary>
    Other,
}
