using AiCredits.EntityFramework.Ledger;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>The settings of the PostgreSQL store, bound from the configuration section <c>AiCredits:PostgreSql</c>.</summary>
public sealed class PostgreSqlOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "AiCredits:PostgreSql";

    /// <summary>False to start only when the schema is up to date already, instead of creating or upgrading it. Default true.</summary>
    public bool AutoMigrate { get; set; } = true;

    /// <summary>How long the start waits for the schema to be created or upgraded, by this process or by another one. Default 1 minute.</summary>
    public TimeSpan MigrationTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Settings of the server under which acknowledged charges can be lost and that are allowed all the same. Default none.</summary>
    public UnsafeDurability AllowUnsafeDurability { get; set; }
}
