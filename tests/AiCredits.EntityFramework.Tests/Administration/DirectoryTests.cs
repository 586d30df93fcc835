using AiCredits.Administration;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.EntityFramework.Administration;

/// <summary>What admins look up across accounts is found in the database.</summary>
public sealed class DirectoryTests(PostgreSqlServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task Accounts_grants_holds_and_entries_are_found(Provider provider)
    {
        await using var database = await TestDatabase.BorrowAsync(provider, server);
        var host = await AppHost.StartAsync(database.Use);
        var store = host.Services.GetRequiredService<ICreditStore>();
        var directory = host.Services.GetRequiredService<ICreditDirectory>();
        foreach (var id in new[] { "ann", "anna", "Ann", "a%b", "bob" })
        {
            await store.ExecuteAsync(Commands.Grant(new AccountId(id), 10), Cancel);
        }

        var ann = new AccountId("ann");
        var first = Commands.Hold(ann, 10);
        var second = Commands.Hold(new AccountId("bob"), 2);
        await store.ExecuteAsync(first, Cancel);
        await store.ExecuteAsync(second, Cancel);

        (await FindAsync("ann")).ShouldBe(["ann", "anna"]);
        (await FindAsync("a%")).ShouldBe(["a%b"]);
        (await FindAsync("nobody")).ShouldBeEmpty();
        var page = await directory.FindAccountsAsync(new AccountSearch { Limit = 2 }, Cancel);
        var rest = await directory.FindAccountsAsync(new AccountSearch { After = page[1].Account }, Cancel);
        page.Concat(rest).Select(state => state.Account.Value).ShouldBe(["ann", "anna", "Ann", "a%b", "bob"], ignoreOrder: true);

        (await directory.GetOpenHoldsAsync(null, null, 10, Cancel)).Select(open => open.Hold.Id).ShouldBe([first.HoldId, second.HoldId]);
        (await directory.GetOpenHoldsAsync(ann, null, 10, Cancel)).ShouldHaveSingleItem().Hold.Amount.ShouldBe(10);

        var oldest = (await directory.GetOpenHoldsAsync(null, null, 1, Cancel)).ShouldHaveSingleItem().Hold;
        (await directory.GetOpenHoldsAsync(null, new HoldMark(oldest.HeldAt, oldest.Id), 10, Cancel)).ShouldHaveSingleItem().Hold.Id.ShouldBe(second.HoldId);

        await store.ExecuteAsync(Commands.Capture(ann, first.HoldId), Cancel);
        (await directory.GetGrantsAsync(ann, Cancel)).ShouldHaveSingleItem().Spent.ShouldBe(10);
        var generation = (await store.FindGenerationAsync(ann, first.HoldId, Cancel)).ShouldNotBeNull();
        (await directory.GetEntriesOfAsync(ann, generation, Cancel)).Select(entry => entry.Kind).ShouldBe([EntryKind.Hold, EntryKind.Capture]);
        await AppHost.DisposeAsync(host);

        async Task<string[]> FindAsync(string prefix) => [.. (await directory.FindAccountsAsync(new AccountSearch { Prefix = prefix }, Cancel)).Select(state => state.Account.Value)];
    }
}
