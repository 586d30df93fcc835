using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Schema;

internal sealed class PostgreSqlCreditsContext(DbContextOptions<PostgreSqlCreditsContext> options) : AiCreditsContext(options)
{
    public static void Configure(DbContextOptionsBuilder options, string connectionString) =>
        options.UseNpgsql(connectionString, postgreSql => postgreSql.MigrationsHistoryTable(TableNames.Migrations));
}
