using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Schema;

internal sealed class SqliteCreditsContext(DbContextOptions<SqliteCreditsContext> options) : AiCreditsContext(options)
{
    public static void Configure(DbContextOptionsBuilder options, string connectionString) =>
        options.UseSqlite(connectionString, sqlite => sqlite.MigrationsHistoryTable(TableNames.Migrations));
}
