using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.EntityFramework.Store;

/// <summary>Whole accounts are read page by page, and what was changed behind the ledger's back is found.</summary>
public sealed class ArchiveTests(PostgreSqlServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    [InlineData(Provider.PgBouncer)]
    public async Task A_long_history_proves_clean_and_a_changed_row_is_found(Provider provider)
    {
        await using var database = await TestDatabase.CreateMigratedAsync(provider, server);
        var host = await AppHost.StartAsync(database.Use);
        var store = host.Services.GetRequiredService<ICreditStore>();
        var check = host.Services.GetRequiredService<IntegrityCheck>();
        var (alice, bob) = (new AccountId("alice"), new AccountId("bob"));
        await store.ExecuteAsync(Commands.Grant(alice, 2_000), Cancel);
        await store.ExecuteAsync(Commands.Grant(bob, 10), Cancel);
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_100), new ParallelOptions { MaxDegreeOfParallelism = 50, CancellationToken = Cancel }, async (_, token) =>
        {
            var hold = Commands.Hold(alice, 1);
            await store.ExecuteAsync(hold, token);
            await store.ExecuteAsync(Commands.Capture(alice, hold.HoldId), token);
        });
        await store.ExecuteAsync(Commands.Hold(bob, 3), Cancel);

        var clean = await check.RunAsync(cancellationToken: Cancel);

        clean.Faults.ShouldBeEmpty();
        (clean.Accounts, clean.Entries).ShouldBe((2, 2_203));

        await database.RunAsync(provider == Provider.Sqlite
            ? "drop trigger ai_credits_entry_append_only_update"
            : "drop trigger ai_credits_entry_append_only on ai_credits_entry");
        await database.RunAsync("update ai_credits_entry set amount = amount + 1 where account_id = 'alice' and seq = 1777");
        var tampered = await check.RunAsync(cancellationToken: Cancel);
        await AppHost.DisposeAsync(host);

        tampered.Faults.ShouldNotBeEmpty();
        tampered.Faults.ShouldAllBe(fault => fault.Account == alice);
    }

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task Accounts_are_listed_once_each_and_by_when_they_were_touched(Provider provider)
    {
        await using var database = await TestDatabase.BorrowAsync(provider, server);
        var host = await AppHost.StartAsync(database.Use);
        var store = host.Services.GetRequiredService<ICreditStore>();
        var archive = host.Services.GetRequiredService<ILedgerArchive>();
        AccountId[] accounts = [.. Enumerable.Range(0, 25).Select(index => new AccountId($"{(index % 2 == 0 ? "User" : "user")} {index}"))];
        foreach (var account in accounts)
        {
            await store.ExecuteAsync(Commands.Grant(account, 1), Cancel);
        }

        var last = (await store.GetAccountAsync(accounts[24], Cancel)).State.LastAt;
        var listed = new List<AccountId>();
        for (var page = await archive.GetAccountsAsync(null, null, 10, Cancel); page.Count > 0; page = await archive.GetAccountsAsync(page[^1], null, 10, Cancel))
        {
            listed.AddRange(page);
        }

        listed.ShouldBe(accounts.OrderBy(account => account.Value, StringComparer.Ordinal));
        (await archive.GetAccountsAsync(null, last, 100, Cancel)).ShouldBe([accounts[24]]);
        await AppHost.DisposeAsync(host);
    }
}
