using System.Data.Common;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AiCredits.EntityFramework.Schema;

/// <summary>The database itself refuses to change or remove a row of the history.</summary>
public sealed class AppendOnlyTests(PostgreSqlServer server)
{
    private static readonly AccountId Alice = new("alice");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<Provider, bool, string> Attempts
    {
        get
        {
            var attempts = new TheoryData<Provider, bool, string>();
            foreach (var inApp in new[] { false, true })
            {
                foreach (var provider in new[] { Provider.Sqlite, Provider.PostgreSql })
                {
                    attempts.Add(provider, inApp, "update ai_credits_entry set amount = amount + 1");
                    attempts.Add(provider, inApp, "update ai_credits_entry set description = 'nothing to see'");
                    attempts.Add(provider, inApp, "delete from ai_credits_entry");
                    attempts.Add(provider, inApp, "delete from ai_credits_entry where seq = 2");
                }

                attempts.Add(Provider.PostgreSql, inApp, "truncate ai_credits_entry");
                attempts.Add(Provider.Sqlite, inApp, "insert or replace into ai_credits_entry select account_id, seq, at, kind, 1, remainder, available_after, held_after, debt_after, key, request_hash, hold_id, grant_id, grant_kind, slices, ends_at, model, description, actor, reference, hash from ai_credits_entry");
                attempts.Add(Provider.Sqlite, inApp, "replace into ai_credits_entry select account_id, seq + 10, at, kind, 1, remainder, available_after, held_after, debt_after, key, request_hash, hold_id, grant_id, grant_kind, slices, ends_at, model, description, actor, reference, hash from ai_credits_entry");
            }

            return attempts;
        }
    }

    [Theory]
    [MemberData(nameof(Attempts))]
    public async Task A_row_of_the_history_is_neither_changed_nor_removed(Provider provider, bool inApp, string sql)
    {
        await using var database = await TestDatabase.CreateAsync(provider, server);
        await WriteAsync(database, inApp);

        var exception = await Should.ThrowAsync<DbException>(() => database.RunAsync(sql));

        exception.Message.ShouldContain("ai_credits_entry is append-only: its rows can't be changed or removed.");
        (await database.ScalarAsync<int>("select count(*) as \"Value\" from ai_credits_entry where amount = 5000000 and description is null")).ShouldBe(2);
    }

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task A_guard_that_was_taken_off_is_back_after_the_next_start(Provider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, server);
        await WriteAsync(database, inApp: false);
        await database.RunAsync(provider == Provider.Sqlite
            ? "drop trigger ai_credits_entry_append_only_delete"
            : "drop trigger ai_credits_entry_append_only on ai_credits_entry");
        await database.RunAsync("delete from ai_credits_entry where seq = 2");

        var host = await AppHost.StartAsync(database.Use);
        await AppHost.DisposeAsync(host);

        await Should.ThrowAsync<DbException>(() => database.RunAsync("delete from ai_credits_entry where seq = 1"));
    }

    [Fact]
    public async Task A_guard_that_was_switched_off_is_noticed_and_the_statements_to_run_are_told()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.PostgreSql, server);
        await WriteAsync(database, inApp: false);
        await database.RunAsync("alter table ai_credits_entry disable trigger ai_credits_entry_append_only");
        await database.RunAsync($"""
            do $$ begin if not exists (select 1 from pg_roles where rolname = 'clerk') then create role clerk login; end if; end $$;
            grant select, insert, update, delete on all tables in schema public to clerk;
            """);
        var clerk = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = "clerk" }.ConnectionString;

        var exception = await Should.ThrowAsync<InvalidOperationException>(() => AppHost.StartAsync(builder => builder.UsePostgreSql(clerk)));

        exception.Message.ShouldStartWith("AIC1210");
        await database.RunAsync(exception.Message[exception.Message.IndexOf('\n', StringComparison.Ordinal)..]);
        await database.RunAsync("alter table ai_credits_entry enable trigger ai_credits_entry_append_only");
        var host = await AppHost.StartAsync(builder => builder.UsePostgreSql(clerk));
        await AppHost.DisposeAsync(host);
    }

    private static async Task WriteAsync(TestDatabase database, bool inApp)
    {
        var host = inApp ? await NotesApp.StartAsync(database) : await AppHost.StartAsync(database.Use);
        var store = host.Services.GetRequiredService<ICreditStore>();
        await store.ExecuteAsync(Commands.Grant(Alice, 5, "one"), Cancel);
        await store.ExecuteAsync(Commands.Grant(Alice, 5, "two"), Cancel);
        await AppHost.DisposeAsync(host);
    }
}
