using AiCredits.EntityFramework.Ledger;
using AiCredits.Events;
using AiCredits.Guests;
using AiCredits.Idempotency;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>There is one slot for the store: the last call fills it.</summary>
public sealed class UseTests(PostgreSqlServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_call_wins()
    {
        await using var first = await TestDatabase.CreateAsync(Provider.PostgreSql, server);
        await using var last = await TestDatabase.CreateAsync(Provider.Sqlite, server);

        var host = await AppHost.StartAsync(builder =>
        {
            first.Use(builder);
            builder.UseEntityFramework<NotesContext>();
            last.Use(builder);
        });
        await host.Services.GetRequiredService<ICreditStore>().ExecuteAsync(Commands.Grant(new AccountId("alice"), 5), Cancel);

        host.Services.GetServices<ICreditStore>().ShouldHaveSingleItem();
        host.Services.GetServices<IGuestLimiter>().ShouldHaveSingleItem();
        host.Services.GetServices<ILedgerArchive>().ShouldHaveSingleItem();
        host.Services.GetServices<IEventOutbox>().ShouldHaveSingleItem();
        host.Services.GetServices<IResponseStore>().ShouldHaveSingleItem();
        host.Services.GetServices<IHostedService>().OfType<SchemaStarter>().ShouldHaveSingleItem();
        await AppHost.DisposeAsync(host);
        (await last.ScalarAsync<int>("select count(*) as \"Value\" from ai_credits_account")).ShouldBe(1);
        (await first.ScalarAsync<int>("select count(*)::integer as \"Value\" from pg_tables where tablename like 'ai_credits_%'")).ShouldBe(0);
    }

    [Fact]
    public async Task The_tables_are_there_before_any_other_hosted_service_starts()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.Sqlite, server);
        var early = new EarlyService(database);

        var host = await AppHost.StartAsync(database.Use, configure: builder => builder.Services.AddSingleton<IHostedService>(early));
        await AppHost.DisposeAsync(host);

        early.Found.ShouldBe(4, "the migrations that there are");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    public void A_missing_connection_string_is_named_at_the_call(string? connectionString)
    {
        var builder = new ServiceCollection().AddAiCreditsCore();

        Should.Throw<ArgumentException>(() => builder.UseSqlite(connectionString!)).Message.ShouldStartWith("AIC1201: UseSqlite");
        Should.Throw<ArgumentException>(() => builder.UsePostgreSql(connectionString!)).Message.ShouldStartWith("AIC1201: UsePostgreSql");
    }

    [Fact]
    public async Task Settings_come_from_configuration_and_then_from_code()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.Sqlite, server);

        var host = AppHost.Build(
            builder => builder.UseSqlite(database.ConnectionString, options => options.AutoMigrate = true),
            configure: builder => builder.Configuration.AddInMemoryCollection(
            [
                KeyValuePair.Create("AiCredits:Sqlite:MigrationTimeout", (string?)"00:02:00"),
                KeyValuePair.Create("AiCredits:Sqlite:AutoMigrate", (string?)"false"),
            ]));
        var options = host.Services.GetRequiredService<IOptions<SqliteOptions>>().Value;
        await AppHost.DisposeAsync(host);

        options.MigrationTimeout.ShouldBe(TimeSpan.FromMinutes(2));
        options.AutoMigrate.ShouldBeTrue();
    }

    [Fact]
    public async Task A_time_out_that_can_never_be_right_stops_the_start()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.Sqlite, server);

        var exception = await Should.ThrowAsync<OptionsValidationException>(() => AppHost.StartAsync(builder =>
            builder.UseSqlite(database.ConnectionString, options => options.MigrationTimeout = TimeSpan.Zero)));

        exception.Message.ShouldStartWith("AIC1211: AiCredits:Sqlite:MigrationTimeout");
    }

    [Fact]
    public async Task A_server_that_could_lose_commits_is_refused_unless_it_is_allowed_in_writing()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.PostgreSql, server);

        var exception = await Should.ThrowAsync<InvalidOperationException>(() => AppHost.StartAsync(builder =>
            builder.UsePostgreSql(database.ConnectionString, options => options.AllowUnsafeDurability = UnsafeDurability.None)));

        exception.Message.ShouldStartWith("AIC1225");
    }

    [Fact]
    public async Task Many_hosts_in_one_process_are_no_burden()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.PostgreSql, server);
        for (var index = 0; index < 25; index++)
        {
            await AppHost.DisposeAsync(await AppHost.StartAsync(database.Use));
        }

        (await database.ScalarAsync<int>($"select count(*)::integer as \"Value\" from pg_stat_activity where datname = '{database.Name}'")).ShouldBeLessThan(6);
    }

    private sealed class EarlyService(TestDatabase database) : IHostedLifecycleService
    {
        public int Found { get; private set; }

        public async Task StartingAsync(CancellationToken cancellationToken) =>
            Found = await database.ScalarAsync<int>("select count(*) as \"Value\" from ai_credits_migrations");

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
