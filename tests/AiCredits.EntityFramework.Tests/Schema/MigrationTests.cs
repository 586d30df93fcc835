using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AiCredits.EntityFramework.Schema;

/// <summary>The built-in contexts make and upgrade their tables by themselves.</summary>
public sealed class MigrationTests(PostgreSqlServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task The_model_and_the_migrations_agree(Provider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, server);
        await using var context = database.NewContext();

        context.Database.HasPendingModelChanges().ShouldBeFalse("Add a migration for both contexts; CONTRIBUTING.md has the command.");
    }

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    [InlineData(Provider.PgBouncer)]
    public async Task The_first_start_makes_the_tables_beside_those_of_the_app(Provider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, server);
        await database.RunAsync("create table notes (id integer primary key, text text)");
        await database.RunAsync("insert into notes values (1, 'mine')");

        var host = await AppHost.StartAsync(database.Use);
        await AppHost.DisposeAsync(host);
        host = await AppHost.StartAsync(database.Use);
        var granted = await host.Services.GetRequiredService<ICreditStore>().ExecuteAsync(Commands.Grant(new AccountId("alice"), 5), Cancel);
        await AppHost.DisposeAsync(host);

        granted.ShouldBeOfType<GrantResult.Granted>();
        (await database.ScalarAsync<string>("select text as \"Value\" from notes")).ShouldBe("mine");
        (await database.ScalarAsync<int>("select count(*) as \"Value\" from ai_credits_migrations")).ShouldBe(1);
    }

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task Every_earlier_schema_is_upgraded_and_keeps_its_rows(Provider provider)
    {
        string[] versions;
        await using (var any = await TestDatabase.CreateAsync(provider, server))
        {
            await using var context = any.NewContext();
            versions = [.. context.Database.GetMigrations()];
        }

        foreach (var version in versions)
        {
            await using var database = await TestDatabase.CreateAsync(provider, server);
            await using (var context = database.NewContext())
            {
                await context.GetService<IMigrator>().MigrateAsync(version, Cancel);
            }

            await database.RunAsync("insert into ai_credits_setting (name, value) values ('color', 'blue')");

            var host = await AppHost.StartAsync(database.Use);
            await AppHost.DisposeAsync(host);

            (await database.ScalarAsync<string>("select value as \"Value\" from ai_credits_setting")).ShouldBe("blue", version);
            await using var after = database.NewContext();
            (await after.Database.GetPendingMigrationsAsync(Cancel)).ShouldBeEmpty(version);
        }
    }

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    [InlineData(Provider.PgBouncer)]
    public async Task Four_instances_may_start_at_once_on_an_empty_database(Provider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, server);

        var hosts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => AppHost.StartAsync(database.Use), Cancel)));
        await Task.WhenAll(hosts.Select(async (host, index) =>
        {
            var store = host.Services.GetRequiredService<ICreditStore>();
            (await store.ExecuteAsync(Commands.Grant(new AccountId("alice"), 1, $"grant-{index}"), Cancel)).ShouldBeOfType<GrantResult.Granted>();
        }));
        var total = (await hosts[0].Services.GetRequiredService<ICreditStore>().GetAccountAsync(new AccountId("alice"), Cancel)).State.Available;
        foreach (var host in hosts)
        {
            await AppHost.DisposeAsync(host);
        }

        total.ShouldBe(4);
        (await database.ScalarAsync<int>("select count(*) as \"Value\" from ai_credits_migrations")).ShouldBe(1);
    }

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task Without_auto_migration_an_old_schema_stops_the_start(Provider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, server);

        var exception = await Should.ThrowAsync<InvalidOperationException>(() => AppHost.StartAsync(builder => NoAutoMigration(builder, database)));

        exception.Message.ShouldStartWith("AIC1209");
        exception.Message.ShouldContain("_Initial");
        exception.Message.ShouldContain($"AiCredits:{provider}:AutoMigrate");
        (await TablesAsync(database)).ShouldBe(0);

        var host = await AppHost.StartAsync(database.Use);
        await AppHost.DisposeAsync(host);
        host = await AppHost.StartAsync(builder => NoAutoMigration(builder, database));
        await AppHost.DisposeAsync(host);
    }

    [Fact]
    public async Task A_lock_that_a_killed_process_left_on_SQLite_is_named_instead_of_waited_for_for_ever()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.Sqlite, server);
        await database.RunAsync("create table \"__EFMigrationsLock\" (\"Id\" integer not null primary key, \"Timestamp\" text not null)");
        await database.RunAsync("insert into \"__EFMigrationsLock\" values (1, '2026-11-01 12:00:00')");

        var exception = await Should.ThrowAsync<InvalidOperationException>(() => AppHost.StartAsync(builder =>
            builder.UseSqlite(database.ConnectionString, options => options.MigrationTimeout = TimeSpan.FromSeconds(1))));

        exception.Message.ShouldStartWith("AIC1203");
        exception.Message.ShouldContain("2026-11-01 12:00:00");
        exception.Message.ShouldContain("DELETE FROM \"__EFMigrationsLock\"");

        await database.RunAsync("delete from \"__EFMigrationsLock\"");
        var host = await AppHost.StartAsync(database.Use);
        await AppHost.DisposeAsync(host);
        await database.RunAsync("insert into \"__EFMigrationsLock\" values (1, '2026-11-01 12:00:00')");
        host = await AppHost.StartAsync(builder => builder.UseSqlite(database.ConnectionString, options => options.MigrationTimeout = TimeSpan.FromSeconds(20)));
        await AppHost.DisposeAsync(host);
    }

    [Fact]
    public async Task A_table_that_another_session_has_locked_is_not_waited_for_for_ever()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.PostgreSql, server);
        var host = await AppHost.StartAsync(database.Use);
        await AppHost.DisposeAsync(host);
        await using var other = database.NewContext();
        await other.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await other.Database.BeginTransactionAsync(Cancel);
            await other.Database.ExecuteSqlRawAsync("lock table ai_credits_account in access exclusive mode", Cancel);

            var exception = await Should.ThrowAsync<InvalidOperationException>(() => AppHost.StartAsync(builder =>
                builder.UsePostgreSql(database.ConnectionString, options => options.MigrationTimeout = TimeSpan.FromSeconds(1))));

            exception.Message.ShouldStartWith("AIC1204");
            exception.Message.ShouldContain("AiCredits:PostgreSql:MigrationTimeout");
        });
    }

    [Fact]
    public async Task The_tables_may_live_in_a_schema_that_the_search_path_names()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.PostgreSql, server);
        await database.RunAsync("create schema credits");
        var connectionString = new NpgsqlConnectionStringBuilder(database.ConnectionString) { SearchPath = "credits" }.ConnectionString;

        for (var start = 1; start <= 2; start++)
        {
            var host = await AppHost.StartAsync(builder => builder.UsePostgreSql(connectionString));
            await host.Services.GetRequiredService<ICreditStore>().ExecuteAsync(Commands.Grant(new AccountId("alice"), 5, $"{start}"), Cancel);
            await AppHost.DisposeAsync(host);
        }

        (await database.ScalarAsync<int>("select count(*)::integer as \"Value\" from credits.ai_credits_entry")).ShouldBe(2);
        (await database.ScalarAsync<int>("select count(*)::integer as \"Value\" from pg_tables where schemaname = 'public' and tablename like 'ai_credits_%'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_newer_schema_is_used_as_it_is()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.Sqlite, server);
        var host = await AppHost.StartAsync(database.Use);
        await AppHost.DisposeAsync(host);
        await database.RunAsync("insert into ai_credits_migrations values ('29991231235959_Future', '99.0.0')");

        host = await AppHost.StartAsync(database.Use);
        var store = host.Services.GetRequiredService<ICreditStore>();
        await store.CheckAsync(Cancel);
        await AppHost.DisposeAsync(host);
    }

    [Fact]
    public async Task A_table_that_was_removed_by_hand_is_noticed_at_the_start()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.PostgreSql, server);
        var host = await AppHost.StartAsync(database.Use);
        await AppHost.DisposeAsync(host);
        await database.RunAsync("alter table ai_credits_grant drop column taken_back");

        var exception = await Should.ThrowAsync<InvalidOperationException>(() => AppHost.StartAsync(database.Use));

        exception.Message.ShouldStartWith("AIC1207");
        exception.Message.ShouldContain("taken_back");
    }

    [Fact]
    public async Task A_server_that_is_not_there_stops_the_start()
    {
        var exception = await Should.ThrowAsync<InvalidOperationException>(() => AppHost.StartAsync(builder =>
            builder.UsePostgreSql("Host=127.0.0.1;Port=1;Database=app;Username=app;Timeout=2")));

        exception.Message.ShouldStartWith("AIC1202");

        exception = await Should.ThrowAsync<InvalidOperationException>(() => AppHost.StartAsync(builder =>
            builder.UsePostgreSql("Host=127.0.0.1;Port=1;Database=app;Username=app;Timeout=2", options => options.AutoMigrate = false)));
        exception.Message.ShouldStartWith("AIC1202");
    }

    private static void NoAutoMigration(AiCreditsBuilder builder, TestDatabase database)
    {
        if (database.Provider == Provider.Sqlite)
        {
            builder.UseSqlite(database.ConnectionString, options => options.AutoMigrate = false);
        }
        else
        {
            builder.UsePostgreSql(database.ConnectionString, options => options.AutoMigrate = false);
        }
    }

    private static Task<int> TablesAsync(TestDatabase database) => database.ScalarAsync<int>(database.Provider == Provider.Sqlite
        ? "select count(*) as \"Value\" from sqlite_master where name like 'ai_credits_%'"
        : "select count(*)::integer as \"Value\" from pg_tables where tablename like 'ai_credits_%'");
}
