using Microsoft.EntityFrameworkCore;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace AiCredits.EntityFramework.Schema;

internal sealed class PostgreSqlCreditsContext(DbContextOptions<PostgreSqlCreditsContext> options) : AiCreditsContext(options)
{
    // A session that the server has ended is noticed only when it is used: try again with another one, but not for long.
    private const int Retries = 2;
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromMilliseconds(200);

    public static void Configure(DbContextOptionsBuilder options, string connectionString) => options.UseNpgsql(connectionString, Configure);

    /// <summary>With a data source that its owner disposes of; EF keeps one that it makes itself, and its sessions, for ever.</summary>
    public static void Configure(DbContextOptionsBuilder options, NpgsqlDataSource dataSource) => options.UseNpgsql(dataSource, Configure);

    private static void Configure(NpgsqlDbContextOptionsBuilder postgreSql) => postgreSql
        .MigrationsHistoryTable(TableNames.Migrations)
        .EnableRetryOnFailure(Retries, LongestRetryDelay, errorCodesToAdd: null);
}
