using System.Diagnostics;

namespace AiCredits.TestServers;

/// <summary>
/// A temporary folder owned by the unprivileged user that the servers run as: 'postgres' when the tests run as root, since
/// PostgreSQL and PgBouncer refuse root, and the current user otherwise.
/// </summary>
/// <remarks>
/// A small shell makes the folder and removes it when its standard input ends: when it is asked to, and when the test process dies in
/// whatever way. It tries for a while, since a dying server may still write.
/// </remarks>
internal sealed class ServerHome
{
    // Made by the unprivileged user itself, so that nothing has to be handed over; in /tmp, since $TMPDIR may be private to root.
    private const string Keeper =
        """
        trap : INT TERM HUP
        home=$(mktemp -d "/tmp/$1.XXXXXXXX") || exit 1
        echo "$home"
        read -r word
        tries=0
        until rm -rf -- "$home" 2>/dev/null || [ "$tries" -ge 100 ]; do tries=$((tries + 1)); sleep 0.1; done
        """;

    private readonly Process _keeper;

    private ServerHome(Process keeper, string path)
    {
        _keeper = keeper;
        Path = path;
    }

    public string Path { get; }

    public static async Task<ServerHome> CreateAsync(string prefix)
    {
        var keeper = Start("sh", ["-c", Keeper, "keeper", prefix]);
        var path = await keeper.StandardOutput.ReadLineAsync();
        return path is { Length: > 0 }
            ? new ServerHome(keeper, path)
            : throw new InvalidOperationException($"No temporary folder: {await keeper.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Runs a program to its end as the unprivileged user and returns what it printed.</summary>
    public static Task<string> RunAsync(string program, IEnumerable<string> arguments, string? input = null) =>
        RunAsync(program, Start(program, arguments), input);

    /// <summary>Runs a program to its end as the current user.</summary>
    public static Task<string> RunAsRootAsync(string program, IEnumerable<string> arguments) => RunAsync(program, Start(program, arguments, asCurrentUser: true), null);

    private static async Task<string> RunAsync(string program, Process started, string? input)
    {
        using var process = started;
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"'{program}' ended with {process.ExitCode}: {await errors}{await output}");
    }

    public static Process Start(string program, IEnumerable<string> arguments, bool asCurrentUser = false)
    {
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        if (Environment.UserName == "root" && !asCurrentUser)
        {
            start.FileName = "setpriv";
            start.ArgumentList.Add("--reuid=postgres");
            start.ArgumentList.Add("--regid=postgres");
            start.ArgumentList.Add("--clear-groups");
            start.ArgumentList.Add("--");
            start.ArgumentList.Add(program);
        }
        else
        {
            start.FileName = program;
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["LC_ALL"] = "C";
        return Process.Start(start)!;
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public Task WriteAsync(string name, string text) => RunAsync("tee", [File(name)], text);

    public async Task DeleteAsync()
    {
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync();
        _keeper.Dispose();
    }
}
