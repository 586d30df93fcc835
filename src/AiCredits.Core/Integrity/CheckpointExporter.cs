using System.Globalization;
using AiCredits.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Integrity;

/// <summary>Writes signed checkpoints into a folder, where the settings name one.</summary>
internal sealed partial class CheckpointExporter(
    LedgerCheckpoints checkpoints,
    IOptionsMonitor<AiCreditsOptions> options,
    TimeProvider clock,
    ILogger<CheckpointExporter> logger) : BackgroundService
{
    private const string Pattern = "aicredits-*.checkpoint";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var settings = options.CurrentValue.Integrity;
            await Task.Delay(settings.CheckpointInterval, clock, stoppingToken).ConfigureAwait(false);
            try
            {
                await ExportAsync(settings, stoppingToken).ConfigureAwait(false);
            }
            catch (LedgerUnavailableException exception)
            {
                Failed(settings.CheckpointFolder, exception);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Failed(settings.CheckpointFolder, exception);
            }
        }
    }

    /// <summary>Writes one checkpoint and removes those that are too many. A file of the final name is always whole.</summary>
    internal async ValueTask ExportAsync(IntegrityOptions settings, CancellationToken cancellationToken)
    {
        if (settings.CheckpointFolder is not { } name || settings.Key is not { } key)
        {
            return;
        }

        var folder = Directory.CreateDirectory(name);
        var stamp = clock.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture);

        // With a random part, as several instances may share the folder.
        var file = Path.Combine(folder.FullName, $"aicredits-{stamp}Z-{Guid.CreateVersion7(clock.GetUtcNow()).ToString("n")[^8..]}.checkpoint");
        var draft = file + ".draft";
        await using (var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            await checkpoints.WriteAsync(stream, key, cancellationToken).ConfigureAwait(false);
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, file);
        foreach (var old in folder.GetFiles(Pattern).OrderByDescending(found => found.Name, StringComparer.Ordinal).Skip(settings.CheckpointsKept))
        {
            old.Delete();
        }
    }

    [LoggerMessage(1063, LogLevel.Error, "The checkpoint could not be written to {Folder} and will be tried again.")]
    private partial void Failed(string? folder, Exception exception);
}
