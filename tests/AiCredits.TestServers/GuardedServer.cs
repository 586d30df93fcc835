using System.Diagnostics;
using System.Globalization;

namespace AiCredits.TestServers;

/// <summary>
/// A server process that can't outlive the tests. A small shell starts it and waits on its own standard input: a word ends the
/// server, and so does the end of input, which is what the kernel sends when the test process dies in whatever way.
/// </summary>
internal sealed class GuardedServer : IAsyncDisposable
{
    // $1 home, $2 signal for an orderly stop, $3 signal for an immediate one, then the command.
    // The shell has not waited for the server when it sends a signal, so the id still belongs to it.
    private const string Guard =
        """
        home=$1 orderly=$2 immediate=$3
        shift 3
        trap : INT TERM HUP
        "$@" </dev/null >>"$home/server.log" 2>&1 &
        server=$!
        echo "$server"
        read -r word
        if [ "$word" = stop ]; then kill -s "$orderly" "$server" 2>/dev/null; else kill -s "$immediate" "$server" 2>/dev/null; fi
        wait "$server"
        """;

    private readonly Process _guard;

    private GuardedServer(Process guard, int id)
    {
        _guard = guard;
        Id = id;
    }

    public int Id { get; }

    public static async Task<GuardedServer> StartAsync(
        ServerHome home, string orderlySignal, string immediateSignal, string program, params IEnumerable<string> arguments)
    {
        var guard = ServerHome.Start("sh", ["-c", Guard, "guard", home.Path, orderlySignal, immediateSignal, program, .. arguments]);
        var line = await guard.StandardOutput.ReadLineAsync();
        return int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new GuardedServer(guard, id)
            : throw new InvalidOperationException($"'{program}' could not be started: {await guard.StandardError.ReadToEndAsync()}");
    }

    /// <summary>True until the server has ended (an ended one stays as a zombie until its guard collects it).</summary>
    public bool IsRunning => StateOf(Id) is { State: not 'Z' };

    /// <summary>kill -9 for the server and every process that it started.</summary>
    public async Task KillAsync()
    {
        // The parent first, so that it neither repairs nor restarts its children.
        var family = Descendants(Id);
        foreach (var id in family)
        {
            Kill(id);
        }

        // A child born between the look and the blow.
        foreach (var id in family.SelectMany(Descendants).Except(family).ToList())
        {
            Kill(id);
        }

        for (var look = 0; family.Any(id => StateOf(id) is { State: not 'Z' }); look++)
        {
            if (look == 1000)
            {
                throw new TimeoutException($"Process {Id} did not die.");
            }

            await Task.Delay(10);
        }

        await EndAsync("stop");
    }

    public Task StopAsync() => EndAsync("stop");

    /// <summary>Ends the server at once and leaves its home.</summary>
    public async ValueTask DisposeAsync() => await EndAsync("now");

    private async Task EndAsync(string word)
    {
        if (_guard.HasExited)
        {
            return;
        }

        await _guard.StandardInput.WriteLineAsync(word);
        await _guard.StandardInput.FlushAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _guard.WaitForExitAsync(patience.Token);
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It is gone already.
        }
    }

    private static List<int> Descendants(int root)
    {
        var children = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Status: StateOf(id)))
            .Where(process => process.Status is not null)
            .ToLookup(process => process.Status!.Value.Parent, process => process.Id);
        var family = new List<int> { root };
        for (var i = 0; i < family.Count; i++)
        {
            family.AddRange(children[family[i]]);
        }

        return family;
    }

    private static (char State, int Parent)? StateOf(int id)
    {
        try
        {
            // "123 (name that may hold spaces) S 1 ..."
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
