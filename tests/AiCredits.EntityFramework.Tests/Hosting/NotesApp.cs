using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>An app that keeps AiCredits in its own context.</summary>
internal static class NotesApp
{
    public static async Task<IHost> StartAsync(TestDatabase database, TimeProvider? clock = null, Action<DbContextOptionsBuilder>? options = null, Action<IServiceCollection>? more = null)
    {
        await CreateTablesAsync(database, options ?? database.Configure);
        return await AppHost.StartAsync(
            builder =>
            {
                builder.UseEntityFramework<NotesContext>();
                more?.Invoke(builder.Services);
            },
            clock,
            builder => builder.Services.AddDbContext<NotesContext>(options ?? database.Configure));
    }

    /// <summary>In place of the app's migrations.</summary>
    public static async Task CreateTablesAsync(TestDatabase database, Action<DbContextOptionsBuilder>? options = null)
    {
        var builder = new DbContextOptionsBuilder<NotesContext>();
        (options ?? database.Configure)(builder);
        await using var context = new NotesContext(builder.Options);
        var creator = (IRelationalDatabaseCreator)context.GetService<IDatabaseCreator>();
        if (!await creator.HasTablesAsync(TestContext.Current.CancellationToken))
        {
            await context.Database.EnsureCreatedAsync(TestContext.Current.CancellationToken);
        }
    }
}
