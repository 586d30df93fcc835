namespace AiCredits.EntityFramework.Hosting;

/// <summary>The settings of the SQLite store, bound from the configuration section <c>AiCredits:Sqlite</c>.</summary>
public sealed class SqliteOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "AiCredits:Sqlite";

    /// <summary>False to start only when the schema is up to date already, instead of creating or upgrading it. Default true.</summary>
    public bool AutoMigrate { get; set; } = true;

    /// <summary>How long the start waits for the schema to be created or upgraded, by this process or by another one. Default 1 minute.</summary>
    public TimeSpan MigrationTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// False to let a power cut take the last commits with it (<c>synchronous=NORMAL</c>), for more speed on a slow disk;
    /// a crash of the app alone loses nothing either way. Default true.
    /// </summary>
    public bool FullSync { get; set; } = true;
}
