using AiCredits.EntityFramework.Ledger;
using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>AiCredits inside the app's own context.</summary>
public sealed class AppContextTests(PostgreSqlServer server)
{
    private static readonly AccountId Alice = new("alice");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task What_the_request_has_not_saved_is_never_saved_by_the_library(Provider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, server);
        var host = await NotesApp.StartAsync(database);
        await using (var request = host.Services.CreateAsyncScope())
        {
            var notes = request.ServiceProvider.GetRequiredService<NotesContext>();
            notes.Notes.Add(new Note { Text = "half-done" });
            await request.ServiceProvider.GetRequiredService<ICreditStore>().ExecuteAsync(Commands.Grant(Alice, 5), Cancel);
            await request.ServiceProvider.GetRequiredService<IGuestLimiter>().HoldAsync(
                new GuestHoldRequest(new GuestIdentity("guest", [new GuestSubject("cookie:guest", 3)]), Guid.CreateVersion7(), new GuestWindowRule(GuestWindowKind.FromFirstUse, TimeSpan.FromDays(1)), TimeSpan.FromMinutes(1), new GenerationStart { Model = "flux-dev" }),
                Cancel);
            notes.ChangeTracker.Entries().ShouldHaveSingleItem().State.ShouldBe(EntityState.Added);
        }

        (await database.ScalarAsync<int>("select count(*) as \"Value\" from \"Notes\"")).ShouldBe(0);
        (await host.Services.GetRequiredService<ICreditStore>().GetAccountAsync(Alice, Cancel)).State.Available.ShouldBe(5);
        await AppHost.DisposeAsync(host);
    }

    [Fact]
    public async Task The_tables_are_the_same_as_those_of_the_built_in_contexts()
    {
        foreach (var provider in new[] { Provider.Sqlite, Provider.PostgreSql })
        {
            await using var builtIn = await TestDatabase.CreateAsync(provider, server);
            await AppHost.DisposeAsync(await AppHost.StartAsync(builtIn.Use));
            await using var app = await TestDatabase.CreateAsync(provider, server);
            await AppHost.DisposeAsync(await NotesApp.StartAsync(app));

            (await ColumnsAsync(app)).ShouldBe(await ColumnsAsync(builtIn));
        }
    }

    [Fact]
    public async Task A_context_that_is_not_registered_is_named()
    {
        var exception = await Should.ThrowAsync<InvalidOperationException>(() => AppHost.StartAsync(builder => builder.UseEntityFramework<NotesContext>()));

        exception.Message.ShouldStartWith("AIC1205");
        exception.Message.ShouldContain("AddDbContext<NotesContext>");
    }

    [Fact]
    public async Task A_context_without_the_tables_in_its_model_is_named()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.Sqlite, server);

        var exception = await Should.ThrowAsync<InvalidOperationException>(() => AppHost.StartAsync(
            builder => builder.UseEntityFramework<EmptyContext>(),
            configure: builder => builder.Services.AddDbContext<EmptyContext>(database.Configure)));

        exception.Message.ShouldStartWith("AIC1206");
        exception.Message.ShouldContain("AddAiCredits()");
    }

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task A_database_without_the_migration_is_named(Provider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, server);

        var exception = await Should.ThrowAsync<InvalidOperationException>(() => AppHost.StartAsync(
            builder => builder.UseEntityFramework<NotesContext>(),
            configure: builder => builder.Services.AddDbContext<NotesContext>(database.Configure)));

        exception.Message.ShouldStartWith("AIC1207");
        exception.Message.ShouldContain("dotnet ef migrations add AiCredits");
    }

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task Four_instances_may_start_at_once_and_guard_the_history_together(Provider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, server);
        await NotesApp.CreateTablesAsync(database);

        var hosts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => NotesApp.StartAsync(database), Cancel)));
        foreach (var host in hosts)
        {
            await AppHost.DisposeAsync(host);
        }

        (await database.ScalarAsync<int>(provider == Provider.Sqlite
            ? "select count(*) as \"Value\" from sqlite_master where type = 'trigger'"
            : "select count(*)::integer as \"Value\" from pg_trigger where tgname like 'ai_credits_%'")).ShouldBe(provider == Provider.Sqlite ? 3 : 2);
    }

    [Fact]
    public void Adding_the_tables_twice_changes_nothing_and_touches_nothing_else()
    {
        var options = new DbContextOptionsBuilder<NotesContext>().UseSqlite("Data Source=:memory:").Options;
        using var context = new NotesContext(options);
        var modelBuilder = new ModelBuilder();
        modelBuilder.Entity<Note>().ToTable("my_notes");

        modelBuilder.AddAiCredits().AddAiCredits();

        modelBuilder.Model.GetEntityTypes().Count(type => type.GetTableName()!.StartsWith("ai_credits_", StringComparison.Ordinal)).ShouldBe(context.Model.GetEntityTypes().Count() - 1);
        modelBuilder.Model.FindEntityType(typeof(Note))!.GetTableName().ShouldBe("my_notes");
    }

    private static async Task<string> ColumnsAsync(TestDatabase database)
    {
        await using var context = database.NewContext();
        var columns = await context.Database.SqlQueryRaw<string>(database.Provider == Provider.Sqlite
            ? """
              select group_concat(line, '; ') as "Value" from (
                select t.name || ' ' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk as line from sqlite_master t join pragma_table_info(t.name) c where t.type = 'table' and t.name like 'ai_credits_%' and t.name <> 'ai_credits_migrations'
                union all select trim(coalesce(sql, name), char(10)) from sqlite_master where type <> 'table' and tbl_name like 'ai_credits_%' and tbl_name <> 'ai_credits_migrations'
                order by line)
              """
            : """
              select coalesce((select string_agg(concat_ws(' ', table_name, column_name, data_type, is_nullable), '; ' order by table_name, column_name) from information_schema.columns where table_schema = 'public' and table_name like 'ai_credits_%' and table_name <> 'ai_credits_migrations'), '')
              || coalesce((select string_agg(indexdef, '; ' order by indexname) from pg_indexes where tablename like 'ai_credits_%' and tablename <> 'ai_credits_migrations'), '')
              || coalesce((select string_agg(pg_get_constraintdef(oid), '; ' order by conname) from pg_constraint where conname like 'ck_ai_credits_%'), '') as "Value"
              """).ToListAsync(Cancel);
        columns.Single().ShouldContain("ai_credits_entry");
        return columns.Single();
    }

    private sealed class EmptyContext(DbContextOptions<EmptyContext> options) : DbContext(options);
}
