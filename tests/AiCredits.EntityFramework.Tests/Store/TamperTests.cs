using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Reliability.Scenarios;
using AiCredits.TestServers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.EntityFramework.Store;

/// <summary>Every cell that can be changed behind the ledger's back is proved, but for those that docs/integrity.md names.</summary>
public sealed class TamperTests(PostgreSqlServer server)
{
    private static readonly AccountId Alice = new("alice");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_of_any_cell_is_found()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(Provider.Sqlite, server);
        var host = await AppHost.StartAsync(database.Use);
        await LiveAsync(host.Services.GetRequiredService<ICreditStore>());
        var check = host.Services.GetRequiredService<IntegrityCheck>();
        (await check.RunAsync(Alice, Cancel)).Faults.ShouldBeEmpty();
        await database.RunAsync("drop trigger ai_credits_entry_append_only_update");

        var missed = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var table in (string[])["account", "grant", "hold", "entry", "generation"])
        {
            foreach (var column in await ListAsync(database, $"select name as \"Value\" from pragma_table_info('ai_credits_{table}') where name <> 'account_id'"))
            {
                // Of the entries, which are alike to their hash, one of each kind.
                foreach (var row in await ListAsync(database, $"select cast(min(rowid) as text) as \"Value\" from ai_credits_{table} group by {(table == "entry" ? "kind" : "rowid")}"))
                {
                    await database.RunAsync($"create table before as select {column} as value from ai_credits_{table} where rowid = {row}");
                    await database.RunAsync($"""
                        pragma ignore_check_constraints = on;
                        update ai_credits_{table} set {column} = case typeof({column})
                          when 'integer' then case {column} when 0 then 1 when 1 then 0 else {column} + 1000 end
                          when 'blob' then zeroblob(length({column}))
                          when 'text' then substr({column}, 1, length({column}) - 1) || case substr({column}, -1) when '0' then '1' else '0' end
                          else case (select type from pragma_table_info('ai_credits_{table}') where name = '{column}') when 'INTEGER' then 1 when 'BLOB' then x'00' else 'x' end end
                        where rowid = {row}
                        """);
                    if ((await check.RunAsync(Alice, Cancel)).Faults.Count == 0)
                    {
                        missed.Add($"ai_credits_{table}.{column}");
                    }

                    await database.RunAsync($"update ai_credits_{table} set {column} = (select value from before) where rowid = {row}");
                    await database.RunAsync("drop table before");
                }
            }
        }

        missed.ShouldBe(TamperScenario.Unproved);
        (await check.RunAsync(Alice, Cancel)).Faults.ShouldBeEmpty();
        await AppHost.DisposeAsync(host);
    }

    [Fact]
    public async Task An_account_that_would_not_be_looked_at_in_time_is_found()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(Provider.Sqlite, server);
        var host = await AppHost.StartAsync(database.Use);
        await LiveAsync(host.Services.GetRequiredService<ICreditStore>());

        await database.RunAsync("update ai_credits_account set next_due = null");
        var faults = (await host.Services.GetRequiredService<IntegrityCheck>().RunAsync(Alice, Cancel)).Faults;
        await AppHost.DisposeAsync(host);

        faults.ShouldHaveSingleItem().Rule.ShouldBe(IntegrityRule.Account);
    }

    // Grants of each sort, and holds that ended in each way.
    private static async Task LiveAsync(ICreditStore store)
    {
        var now = DateTime.UtcNow;
        await store.ExecuteAsync(Commands.Grant(Alice, 10), Cancel);
        await store.ExecuteAsync(new GrantCommand(Alice, GrantKind.Promotion, 5) { Key = "later", EffectiveAt = now.AddDays(1), ExpiresAt = now.AddDays(2), Models = ["flux-dev"], Priority = 3, Reference = "spring" }, Cancel);
        var revoked = (GrantResult.Granted)await store.ExecuteAsync(Commands.Grant(Alice, 2), Cancel);
        await store.ExecuteAsync(new RevokeCommand(Alice, revoked.GrantId, null) { Key = "back" }, Cancel);
        Guid[] ids = [.. Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7())];
        foreach (var id in ids)
        {
            await store.ExecuteAsync(new HoldCommand(Alice, id, 1, TimeSpan.FromHours(1), new GenerationStart { Model = "flux-dev", Count = 2, PriceVersion = "v1", Prompt = "A cat" }) { OnExpiry = id == ids[0] ? HoldExpiryPolicy.Capture : HoldExpiryPolicy.Release }, Cancel);
        }

        await store.ExecuteAsync(Commands.Capture(Alice, ids[1], 0.25m) with { Key = "part", Final = false }, Cancel);
        await store.ExecuteAsync(Commands.Capture(Alice, ids[2], 0.5m), Cancel);
        await store.ExecuteAsync(Commands.Release(Alice, ids[3]), Cancel);
        await store.ExecuteAsync(Commands.Capture(Alice, ids[4]), Cancel);
        await store.ExecuteAsync(new RefundCommand(Alice, ids[4]) { Key = "refund" }, Cancel);
    }

    private static async Task<List<string>> ListAsync(TestDatabase database, string sql)
    {
        await using var context = database.NewContext();
        return await context.Database.SqlQueryRaw<string>(sql).ToListAsync(Cancel);
    }
}
