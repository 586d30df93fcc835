using System.Diagnostics;

namespace AiCredits.Benchmarks.Ledger;

/// <summary>Runs an operation from a number of callers at once for a while and counts.</summary>
internal static class Load
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static async Task<Measured> RunAsync(int callers, TimeSpan duration, Func<int, CancellationToken, Task> operation)
    {
        // Connections, plans, and above all the JIT, which needs a while on a busy machine until it has optimised what runs.
        await RunOnceAsync(callers, WarmUp, operation).ConfigureAwait(false);
        return await RunOnceAsync(callers, duration, operation).ConfigureAwait(false);
    }

    /// <summary>
    /// Runs operations one after the other, each by itself for half a second and then the next one, round and round, so that
    /// what else happens on the machine meets all of them alike.
    /// </summary>
    public static async Task<Measured[]> RunInTurnsAsync(TimeSpan duration, params Func<Task>[] operations)
    {
        var turn = TimeSpan.FromMilliseconds(500);
        var latencies = Array.ConvertAll(operations, _ => new List<double>(1024));
        var turns = (int)(duration / turn);
        for (var round = -(int)(WarmUp / turn); round < turns; round++)
        {
            for (var index = 0; index < operations.Length; index++)
            {
                var start = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(start) < turn)
                {
                    var before = Stopwatch.GetTimestamp();
                    await operations[index]().ConfigureAwait(false);
                    if (round >= 0)
                    {
                        latencies[index].Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
                    }
                }
            }
        }

        return Array.ConvertAll(latencies, own =>
        {
            var all = own.Order().ToArray();
            return new Measured(1, all.Length / (turns * turn.TotalSeconds), Percentile(all, 0.50), Percentile(all, 0.99));
        });
    }

    private static async Task<Measured> RunOnceAsync(int callers, TimeSpan duration, Func<int, CancellationToken, Task> operation)
    {
        var latencies = new List<double>[callers];
        var start = Stopwatch.GetTimestamp();
        var tasks = Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var own = latencies[caller] = new List<double>(1024);
            while (Stopwatch.GetElapsedTime(start) < duration)
            {
                var before = Stopwatch.GetTimestamp();
                await operation(caller, CancellationToken.None).ConfigureAwait(false);
                own.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            }
        })).ToArray();
        await Task.WhenAll(tasks).ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(start);
        var all = latencies.SelectMany(own => own).Order().ToArray();
        return new Measured(callers, all.Length / elapsed.TotalSeconds, Percentile(all, 0.50), Percentile(all, 0.99));
    }

    private static double Percentile(double[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
}
