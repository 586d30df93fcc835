using AiCredits.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AiCredits.AspNetCore.Live;

/// <summary>Writes server-sent events, each flushed at once through whatever buffers there are.</summary>
internal sealed class EventStream(HttpResponse response, TimeProvider clock)
{
    private long lastSent;

    public TimeSpan SilentFor => clock.GetElapsedTime(lastSent);

    public Task OpenAsync(LiveFigures first, CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";

        // Nginx and its kin hold answers back until they are long enough, unless they are told.
        response.Headers["X-Accel-Buffering"] = "no";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        return WriteAsync($"retry: 3000\n{Event(first)}", cancellationToken);
    }

    public Task SendAsync(LiveFigures figures, CancellationToken cancellationToken) => WriteAsync(Event(figures), cancellationToken);

    /// <summary>A comment, which pages don't see.</summary>
    public Task BeatAsync(CancellationToken cancellationToken) => WriteAsync(":\n\n", cancellationToken);

    private static string Event(LiveFigures figures) => $"event: credits\ndata: {CreditsJson.Text(figures)}\n\n";

    private async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, cancellationToken).ConfigureAwait(false);
        await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
        lastSent = clock.GetTimestamp();
    }
}
