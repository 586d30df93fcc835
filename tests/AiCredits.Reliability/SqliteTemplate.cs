using AiCredits.EntityFramework.Schema;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>SQLite files that have the tables already: made once in each process and copied, which is far faster than to make them each time.</summary>
internal static class SqliteTemplate
{
    private static readonly Lazy<Task<byte[]>> Tables = new(MakeAsync);

    public static async Task CopyToAsync(string file) => await File.WriteAllBytesAsync(file, await Tables.Value);

    private static async Task<byte[]> MakeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("aicredits-sqlite");
        try
        {
            var file = Path.Combine(folder.FullName, "tables.db");
            var options = new DbContextOptionsBuilder<SqliteCreditsContext>();
            SqliteCreditsContext.Configure(options, $"Data Source={file};Pooling=false");
            await using (var context = new SqliteCreditsContext(options.Options))
            {
                await context.Database.MigrateAsync();
            }

            return await File.ReadAllBytesAsync(file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
