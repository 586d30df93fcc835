using System.Globalization;

namespace AiCredits.Benchmarks.Ledger;

/// <summary>What a cycle costs on an account with very many grants, live or used up, beside one with a single grant.</summary>
internal static class GrantsBenchmark
{
    private const int Many = 10_000;
    private const int Rounds = 5;

    public static async Task RunAsync(TimeSpan duration)
    {
        var server = await BenchmarkServer.StartAsync().ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            var ours = await OurLedger.StartAsync(await server.CreateDatabaseAsync().ConfigureAwait(false)).ConfigureAwait(false);
            await using (ours.ConfigureAwait(false))
            {
                // Account 0 has one grant, account 1 another one behind 10,000 that are used up, account 2 has 10,000 live ones.
                await ours.GrantAsync(1).ConfigureAwait(false);
                await ours.GrantManyAsync(1, Many, 1).ConfigureAwait(false);
                await ours.UseUpAsync(1, Many).ConfigureAwait(false);
                await ours.GrantManyAsync(1, 1, 1_000_000).ConfigureAwait(false);
                await ours.GrantManyAsync(2, Many, 1_000).ConfigureAwait(false);

                Table.Heading("Many grants on one account", "callers", "one grant, cycles per second", "10,000 used up", "10,000 live", "cost, used up", "cost, live");
                foreach (var callers in new[] { 1, 32 })
                {
                    await CompareAsync(ours, callers, duration / Rounds).ConfigureAwait(false);
                }
            }
        }
    }

    // In turns, so that what else the machine does meets all three alike.
    private static async Task CompareAsync(OurLedger ours, int callers, TimeSpan duration)
    {
        var rates = new List<double>[3] { [], [], [] };
        for (var round = 0; round < Rounds; round++)
        {
            for (var account = 0; account < rates.Length; account++)
            {
                var own = account;
                rates[account].Add((await Load.RunAsync(callers, duration, (_, _) => ours.CycleAsync(own)).ConfigureAwait(false)).PerSecond);
            }
        }

        var (one, usedUp, live) = (Median(rates[0]), Median(rates[1]), Median(rates[2]));
        Table.Row(callers.ToString(CultureInfo.InvariantCulture), Table.Whole(one), Table.Whole(usedUp), Table.Whole(live), Table.Precise(one / usedUp), Table.Precise(one / live));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
