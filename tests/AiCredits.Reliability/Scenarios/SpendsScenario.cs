using System.Globalization;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Ledger;
using AiCredits.Reliability.Workers;
using Npgsql;

namespace AiCredits.Reliability.Scenarios;

internal sealed class SpendsScenario : Scenario
{
    public override string Name => "spends";

    public override string What => "10,000 spends of x at once by 8 processes on a balance of B: exactly floor(B/x) succeed";

    public override string NaiveShape => "look at the balance, then subtract";

    public override int Weight => 6;

    public override async Task RunAsync(Run run)
    {
        var (processes, spends) = run.IsSlice ? (2, 1_000) : (8, 10_000);
        await using var server = await Servers.StartAsync();
        await using var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, server);
        var workers = await Task.WhenAll(Enumerable.Range(0, processes).Select(_ => WorkerProcess.StartAsync(database.ConnectionString)));
        try
        {
            var writer = database.NewWriter();
            for (var round = 0; run.GoesOn(round, slice: 2); round++)
            {
                var random = new Random(run.SeedOf(round));
                var account = new AccountId($"round-{round}");
                long spend = random.Next(1, 5_000_000);
                var balance = (spend * random.Next(0, spends)) + random.NextInt64(0, spend) + 1;
                await writer.ExecuteAsync(new GrantCommand(account, GrantKind.Purchase, Credits.FromMillionths(balance)) { Key = "all" });
                var (given, refused) = await SpendAsync(workers, $"spend {account} {spends / processes} {spend}");

                var state = await database.StateOfAsync(account);
                if (given != Math.Min(spends, balance / spend) || given + refused != spends || state.Held != Credits.FromMillionths(given * spend))
                {
                    run.Fail($"Round {round}: of {spends} spends of {spend} on {balance} millionths, {given} were given and {refused} refused; {state}");
                }

                run.Count("rounds");
                run.Count("spends", spends);
            }
        }
        finally
        {
            foreach (var worker in workers)
            {
                await worker.DisposeAsync();
            }
        }

        await database.ProveAsync();
    }

    public override async Task<string?> BreakNaiveShapeAsync(Run run)
    {
        const int Spends = 400;
        await using var server = await Servers.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await using (var dataSource = NpgsqlDataSource.Create(database))
        {
            await using var create = dataSource.CreateCommand("create table naive_account (id text primary key, available bigint not null); insert into naive_account select 'round-' || n, 100 from generate_series(0, 9) as n");
            await create.ExecuteNonQueryAsync();
        }

        var workers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => WorkerProcess.StartAsync(database)));
        try
        {
            var overspent = 0L;
            for (var round = 0; round < 10; round++)
            {
                var (given, _) = await SpendAsync(workers, $"naive round-{round} {Spends / 2} 1");
                overspent += Math.Max(0, given - 100);
            }

            return overspent > 0 ? string.Create(CultureInfo.InvariantCulture, $"{1_000 + overspent:N0} spent of 1,000") : null;
        }
        finally
        {
            foreach (var worker in workers)
            {
                await worker.DisposeAsync();
            }
        }
    }

    private static async Task<(long Given, long Refused)> SpendAsync(WorkerProcess[] workers, string order)
    {
        var answers = await Task.WhenAll(workers.Select(worker => worker.AskAsync(order)));
        var counts = answers.Select(answer => answer.Split(' ').Select(word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray()).ToList();
        return (counts.Sum(count => count[0]), counts.Sum(count => count[1]));
    }
}
