using AiCredits.DemoSite.Accounts;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.DemoSite;

/// <summary>One database for users and credits: a SQLite file, or PostgreSQL where <c>ConnectionStrings:PostgreSql</c> says so.</summary>
internal static class DemoDatabase
{
    public static void AddDemoDatabase(this WebApplicationBuilder builder, AiCreditsBuilder credits)
    {
        if (builder.Configuration.GetConnectionString("PostgreSql") is { Length: > 0 } server)
        {
            credits.UsePostgreSql(server);
            builder.Services.AddDbContext<DemoContext>(options => options.UseNpgsql(server));
            return;
        }

        var sqlite = new SqliteConnectionStringBuilder(builder.Configuration.GetConnectionString("Demo"));
        sqlite.DataSource = Path.GetFullPath(sqlite.DataSource, builder.Environment.ContentRootPath);
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(sqlite.DataSource)!);

        credits.UseSqlite(sqlite.ToString());
        builder.Services.AddDbContext<DemoContext>(options => options.UseSqlite(sqlite.ToString()));

        // Beside the accounts, so that who is signed in, and which guest is which, outlives a restart.
        builder.Services.AddDataProtection().PersistKeysToFileSystem(folder.CreateSubdirectory("keys"));
    }

    /// <summary>Creates the users' tables. AiCredits creates its own when the app starts, beside whatever is there; this one needs an empty database, so it goes first.</summary>
    public static async Task CreateUserTablesAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DemoContext>().Database.EnsureCreatedAsync();
    }
}
