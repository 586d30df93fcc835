using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AiCredits.DemoSite.Crash;

/// <summary>The demo site as a process of its own, so that it can be killed.</summary>
internal sealed class DemoProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private DemoProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<DemoProcess> StartAsync(string database, params (string Key, string Value)[] settings)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet")
        {
            // The site's own folder has the page; the tests only call the API.
            WorkingDirectory = Path.GetDirectoryName(database)!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(Program).Assembly.Location);
        start.ArgumentList.Add($"--urls=http://127.0.0.1:{port}");
        start.ArgumentList.Add("--environment=Production");
        start.ArgumentList.Add("--Logging:LogLevel:Default=Warning");
        start.ArgumentList.Add($"--ConnectionStrings:Demo=Data Source={database}");
        foreach (var (key, value) in settings)
        {
            start.ArgumentList.Add($"--{key}={value}");
        }

        var demo = new DemoProcess(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}"));
        demo._process.OutputDataReceived += (_, line) => demo.Keep(line.Data);
        demo._process.ErrorDataReceived += (_, line) => demo.Keep(line.Data);
        demo._process.BeginOutputReadLine();
        demo._process.BeginErrorReadLine();
        await demo.WaitUntilItAnswersAsync();
        return demo;
    }

    /// <summary>Ends it as kill -9 does: nothing of it runs any more, no handler, no shutdown.</summary>
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

    private async Task WaitUntilItAnswersAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        for (var end = DateTime.UtcNow.AddMinutes(3); ;)
        {
            try
            {
                (await http.GetAsync(new Uri("/api/credit-packs", UriKind.Relative))).EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (!_process.HasExited && DateTime.UtcNow < end)
            {
                await Task.Delay(100);
            }
            catch (HttpRequestException)
            {
                lock (_log)
                {
                    throw new InvalidOperationException($"The demo site did not start:\n{_log}");
                }
            }
        }
    }

    private void Keep(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
