using System.Net;
using Microsoft.Data.Sqlite;

namespace AiCredits.DemoSite.Crash;

public sealed class KillTests
{
    [Fact]
    public async Task After_kill_9_in_the_middle_of_generations_every_balance_is_right()
    {
        var folder = Directory.CreateTempSubdirectory("demo-kill-");
        var database = Path.Combine(folder.FullName, "demo.db");
        try
        {
            await KillAndRestartAsync(database);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }

    private static async Task KillAndRestartAsync(string database)
    {
        (string, string)[] settings =
        [
            ("Images:SlowFor", "00:01:00"),
            ("AiCredits:Holds:Lease", "00:00:06"),
            ("AiCredits:Holds:SweepInterval", "00:00:00.5"),
            ("AiCredits:Http:WorkLimit", "1000"),
        ];
        var users = new List<Visitor>();
        await using (var first = await DemoProcess.StartAsync(database, settings))
        {
            for (var index = 0; index < 3; index++)
            {
                var user = new Visitor(first.Address);
                await user.SignUpAsync();
                // This one is over and paid for before the end: it stays paid.
                (await user.GenerateAsync("nano-banana")).Status.ShouldBe(HttpStatusCode.OK);
                users.Add(user);
            }

            using var guest = new Visitor(first.Address);
            Task[] running =
            [
                guest.GenerateAsync("flux-dev", simulate: "slow"),
                .. users.SelectMany((user, index) => Enumerable.Range(0, index + 1).Select(_ => user.GenerateAsync("nano-banana-pro", count: 2, simulate: "slow"))),
            ];
            await Eventually.Async(async () => (await HoldsAsync(database)).ShouldBe((6, 1)));

            await first.KillAsync();

            foreach (var generation in running)
            {
                await Should.ThrowAsync<HttpRequestException>(generation);
            }
        }

        // Nothing was settled by the dead process.
        (await HoldsAsync(database)).ShouldBe((6, 1));

        await using var second = await DemoProcess.StartAsync(database, settings);

        // Nobody asks for these accounts: the sweeper ends the holds when their lease is over.
        await Eventually.Async(async () => (await HoldsAsync(database)).Accounts.ShouldBe(0), seconds: 30);
        foreach (var user in users)
        {
            // Who is signed in outlives the restart as well.
            using var back = new Visitor(second.Address);
            back.Cookies.Add(user.Cookies.GetAllCookies());
            var credits = (await back.CreditsAsync())["credits"]!;
            ((decimal)credits["balance"]!).ShouldBe(49.5m);
            ((decimal)credits["held"]!).ShouldBe(0);
            ((decimal)credits["lifetimeSpent"]!).ShouldBe(0.5m);
            (await back.GenerateAsync("flux-dev")).Header("Credits-Remaining").ShouldBe("48.5");
            user.Dispose();
        }

        // The guest's use counts no more once its lease is over.
        using var fresh = new Visitor(second.Address);
        await Eventually.Async(async () => (await fresh.GuestRemainingAsync()).ShouldBe(3));
    }

    /// <summary>What is held in the file: for accounts, and leased to guests.</summary>
    private static async Task<(long Accounts, long Guests)> HoldsAsync(string database)
    {
        await using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select (select count(*) from ai_credits_hold), (select count(distinct use_id) from ai_credits_guest_use where lease_until is not null)";
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
