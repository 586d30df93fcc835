using AiCredits.EntityFramework.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace AiCredits.Migrations;

internal sealed class SqliteContextFactory : IDesignTimeDbContextFactory<SqliteCreditsContext>
{
    public SqliteCreditsContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<SqliteCreditsContext>();
        SqliteCreditsContext.Configure(options, "Data Source=:memory:");
        return new SqliteCreditsContext(options.Options);
    }
}
