using AiCredits.EntityFramework.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace AiCredits.Migrations;

/// <summary>Writing a migration needs no server: the connection string is never used.</summary>
internal sealed class PostgreSqlContextFactory : IDesignTimeDbContextFactory<PostgreSqlCreditsContext>
{
    public PostgreSqlCreditsContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<PostgreSqlCreditsContext>();
        PostgreSqlCreditsContext.Configure(options, "Host=localhost");
        return new PostgreSqlCreditsContext(options.Options);
    }
}
