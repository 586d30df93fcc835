using System.Diagnostics;

namespace AiCredits.Reliability.Workers;

/// <summary>A <see cref="Worker"/> that this process has started.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    public static async Task<WorkerProcess> StartAsync(string connectionString)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(typeof(Worker).Assembly.Location);
        start.ArgumentList.Add("worker");
        start.ArgumentList.Add(connectionString);
        var worker = new WorkerProcess(Process.Start(start)!);
        var line = await worker.ReadAsync();
        return line == "ready" ? worker : throw new InvalidOperationException($"The worker said '{line}', not that it is ready.");
    }

    /// <summary>Gives an order.</summary>
    public async Task OrderAsync(string order)
    {
        await _process.StandardInput.WriteLineAsync(order);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Gives an order and waits for its end.</summary>
    public async Task<string> AskAsync(string order)
    {
        await OrderAsync(order);
        return await ReadAsync() ?? throw new InvalidOperationException("The worker has ended.");
    }

    /// <summary>The next line that it told; null when it has ended and there are no more.</summary>
    public Task<string?> ReadAsync() => _process.StandardOutput.ReadLineAsync();

    /// <summary>Ends it as kill -9 does. What it told before can still be read.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }
}
