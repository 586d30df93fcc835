using System.Globalization;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Ledger;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AiCredits.Reliability.Workers;

/// <summary>
/// An instance of an app in a process of its own, with the one writer that it has. It does what its standard input says, a
/// line for each order, and tells the end of each on its standard output; it ends with its input.
/// </summary>
internal static class Worker
{
    public static async Task<int> RunAsync(string connectionString)
    {
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using var writer = new LedgerWriter(new PostgreSqlBatchExecutor(dataSource, () => LedgerRules.None), new LedgerWriterOptions(), TimeProvider.System, NullLogger<LedgerWriter>.Instance);
        await Console.Out.WriteLineAsync("ready");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            var answer = words switch
            {
                ["spend", var account, var count, var millionths] => await SpendAsync(writer, new AccountId(account), Number(count), Number(millionths)),
                ["naive", var account, var count, var millionths] => await SpendNaivelyAsync(dataSource, account, Number(count), Number(millionths)),
                ["cycle", var account, var callers] => await CycleAsync(writer, new AccountId(account), Number(callers)),
                _ => $"'{line}' is no order",
            };
            await Console.Out.WriteLineAsync(answer);
        }

        return 0;
    }

    // All at once; how many were given credits and how many were refused.
    private static async Task<string> SpendAsync(LedgerWriter writer, AccountId account, int count, int millionths)
    {
        var results = await Task.WhenAll(Enumerable.Range(0, count).Select(_ =>
            writer.ExecuteAsync(new HoldCommand(account, Guid.CreateVersion7(), Credits.FromMillionths(millionths), TimeSpan.FromDays(1), new GenerationStart { Model = "flux-dev" })).AsTask()));
        return Told(results.Count(result => result is HoldResult.Held), results.Count(result => result is HoldResult.Insufficient));
    }

    // The shape that everybody writes first: look, decide, act.
    private static async Task<string> SpendNaivelyAsync(NpgsqlDataSource dataSource, string account, int count, int millionths)
    {
        var (spent, refused) = (0, 0);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, token) =>
        {
            await using var look = dataSource.CreateCommand("select available from naive_account where id = $1");
            look.Parameters.Add(new NpgsqlParameter<string> { TypedValue = account });
            if ((long)(await look.ExecuteScalarAsync(token))! < millionths)
            {
                Interlocked.Increment(ref refused);
                return;
            }

            await using var act = dataSource.CreateCommand("update naive_account set available = available - $2 where id = $1");
            act.Parameters.Add(new NpgsqlParameter<string> { TypedValue = account });
            act.Parameters.Add(new NpgsqlParameter<long> { TypedValue = millionths });
            await act.ExecuteNonQueryAsync(token);
            Interlocked.Increment(ref spent);
        });
        return Told(spent, refused);
    }

    // Spends for ever. Tells each hold before it is asked for and again when it is acknowledged, so that somebody outside
    // keeps the record.
    private static async Task<string> CycleAsync(LedgerWriter writer, AccountId account, int callers)
    {
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            while (true)
            {
                var id = Guid.CreateVersion7();
                Tell('?', id);
                while (!await TryAsync(() => writer.ExecuteAsync(new HoldCommand(account, id, Credits.FromMillionths(1), TimeSpan.FromDays(1), new GenerationStart { Model = "flux-dev" }))))
                {
                    await Task.Delay(10);
                }

                Tell('h', id);
                while (!await TryAsync(() => writer.ExecuteAsync(new CaptureCommand(account, id, null, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }))))
                {
                    await Task.Delay(10);
                }

                Tell('c', id);
            }
        }));
        return "";
    }

    private static async Task<bool> TryAsync<TResult>(Func<ValueTask<TResult>> call)
        where TResult : LedgerResult
    {
        try
        {
            return await call() is HoldResult.Held or SettleResult.Settled ? true : throw new InvalidOperationException("A spend was refused.");
        }
        catch (LedgerUnavailableException)
        {
            return false;
        }
    }

    private static void Tell(char what, Guid id)
    {
        lock (Console.Out)
        {
            Console.Out.Write($"{what}{id:N}\n");
            Console.Out.Flush();
        }
    }

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    private static string Told(int given, int refused) => string.Create(CultureInfo.InvariantCulture, $"{given} {refused}");
}
