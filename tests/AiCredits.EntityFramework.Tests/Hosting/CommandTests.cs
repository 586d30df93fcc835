using AiCredits.EntityFramework.Ledger;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>What the command line tells of a real database, and its exit code.</summary>
public sealed class CommandTests(PostgreSqlServer server)
{
    private static readonly string Secret = Convert.ToBase64String(new byte[32]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task The_check_exits_with_0_and_with_1_once_a_figure_is_changed_behind_its_back(Provider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, server);
        var host = await AppHost.StartAsync(database.Use);
        await host.Services.GetRequiredService<ICreditStore>().ExecuteAsync(Commands.Grant(new AccountId("alice"), 10), Cancel);

        (await RunAsync(host, "credits", "check")).ShouldBe((0, "1 accounts, 1 entries, 0 faults"));
        (await RunAsync(host, "credits", "check", "nobody")).ShouldBe((0, "1 accounts, 0 entries, 0 faults"));
        await database.RunAsync("update ai_credits_grant set available = available - 1, spent = spent + 1");

        var (code, text) = await RunAsync(host, "credits", "check");
        code.ShouldBe(1);
        text.ShouldContain("alice: Grant:");
        (await RunAsync(host, "serve")).ShouldBe((null, ""));
        (await RunAsync(host, "credits", "chekc")).Code.ShouldBe(2);
        (await RunAsync(host, "credits")).Text.ShouldContain("credits check");
        (await RunAsync(host, "credits", "checkpoint", "somewhere")).ShouldBe((2, "Set AiCredits:Integrity:CheckpointSecret first: openssl rand -base64 32"));
        await AppHost.DisposeAsync(host);
    }

    [Fact]
    public async Task A_restored_backup_proves_clean_and_only_the_checkpoint_tells()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.Sqlite, server);
        var folder = Directory.CreateTempSubdirectory("checkpoint");
        var (backup, checkpoint) = (Path.Combine(folder.FullName, "backup.db"), Path.Combine(folder.FullName, "heads"));
        try
        {
            var host = await StartAsync(database);
            var store = host.Services.GetRequiredService<ICreditStore>();
            await store.ExecuteAsync(Commands.Grant(new AccountId("alice"), 10), Cancel);
            await database.RunAsync($"vacuum into '{backup}'");
            await store.ExecuteAsync(Commands.Hold(new AccountId("alice"), 1), Cancel);
            (await RunAsync(host, "credits", "checkpoint", checkpoint)).Code.ShouldBe(0);
            (await RunAsync(host, "credits", "checkpoint", checkpoint)).Code.ShouldBe(2);
            (await RunAsync(host, "credits", "verify", checkpoint)).Code.ShouldBe(0);
            await AppHost.DisposeAsync(host);

            await RestoreAsync(database, backup);
            host = await StartAsync(database);
            (await RunAsync(host, "credits", "check")).Code.ShouldBe(0);
            var (code, text) = await RunAsync(host, "credits", "verify", checkpoint);
            await AppHost.DisposeAsync(host);

            code.ShouldBe(1);
            text.ShouldContain("alice: Checkpoint: entry 2, which the checkpoint names, is gone");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_database_that_is_not_there_exits_with_3()
    {
        var host = AppHost.Build(builder => builder.UsePostgreSql("Host=127.0.0.1;Port=1;Username=nobody;Timeout=2"));
        (await RunAsync(host, "credits", "check")).Code.ShouldBe(3);
        await AppHost.DisposeAsync(host);
    }

    private static Task<IHost> StartAsync(TestDatabase database) =>
        AppHost.StartAsync(database.Use, configure: builder => builder.Services.Configure<AiCreditsOptions>(options => options.Integrity.CheckpointSecret = Secret));

    private static async Task<(int? Code, string Text)> RunAsync(IHost host, params string[] args)
    {
        await using var output = new StringWriter();
        var code = await host.RunCreditsCommandAsync(args, output, Cancel);
        return (code, output.ToString().Trim());
    }

    private static async Task RestoreAsync(TestDatabase database, string backup)
    {
        await using var target = new SqliteConnection(database.ConnectionString);
        SqliteConnection.ClearPool(target);
        await using var source = new SqliteConnection($"Data Source={backup};Pooling=false");
        await source.OpenAsync(Cancel);
        await target.OpenAsync(Cancel);
        source.BackupDatabase(target);
        SqliteConnection.ClearPool(target);
    }
}
