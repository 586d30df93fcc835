using System.Buffers;
using System.IO.Pipelines;
using AiCredits.AspNetCore.Enforcement;
using AiCredits.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AiCredits.AspNetCore.Streaming;

/// <summary>
/// The response body of a paid request. Keeps an answer back until its generation is settled, so that a client which has
/// it whole and reads its balance next sees the charge. A streamed answer is passed on at every flush; one that is longer
/// than the limit is passed on too, but for its last part.
/// </summary>
internal sealed class SettlingBody(IHttpResponseBodyFeature original, HttpResponse response, CreditsFeature feature, int limit, TimeProvider clock)
    : PipeWriter, IHttpResponseBodyFeature
{
    private const int FirstBuffer = 4 * 1024;
    private byte[] buffer = [];
    private int length;
    private bool streams;
    private bool started;
    private Stream? stream;

    /// <summary>How many bytes were passed on.</summary>
    public long BytesSent { get; private set; }

    /// <summary>True once the generation is settled.</summary>
    public bool Settled { get; set; }

    public Stream Stream => stream ??= new SettlingStream(this);

    public PipeWriter Writer => this;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => length;

    private bool Streams => streams || feature.Streams || IsStreamingType(response.ContentType);

    public void DisableBuffering()
    {
        streams = true;
        original.DisableBuffering();
    }

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (Streams)
        {
            BeforeStart();
            await original.StartAsync(cancellationToken);
        }
    }

    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        await SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    // Completing is for the end of the request: what is kept back follows once the generation is settled.
    public Task CompleteAsync() => Task.CompletedTask;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsMemory(length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsSpan(length);
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, buffer.Length - length);
        length += bytes;
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (Streams)
        {
            return await PushAsync(cancellationToken);
        }

        return length > limit ? await PushAsync(cancellationToken) : new FlushResult(isCanceled: false, isCompleted: false);
    }

    public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        // Pushed before the new part is kept, so that the last part always stays back.
        if (length > 0 && length + source.Length > limit)
        {
            await PushAsync(cancellationToken);
        }

        Append(source.Span);
        return Streams ? await PushAsync(cancellationToken) : new FlushResult(isCanceled: false, isCompleted: false);
    }

    public override void CancelPendingFlush() => original.Writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>Passes on what was kept back, after the settlement.</summary>
    public async ValueTask FinishAsync()
    {
        if (length > 0)
        {
            await PushAsync(CancellationToken.None);
        }
    }

    /// <summary>Drops what was kept back and returns the memory.</summary>
    public void Release()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }

        length = 0;
    }

    internal async ValueTask WriteToStreamAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        if (length > 0 && length + source.Length > limit)
        {
            await PushAsync(cancellationToken);
        }

        Append(source.Span);
    }

    internal void Append(ReadOnlySpan<byte> source)
    {
        Reserve(source.Length);
        source.CopyTo(buffer.AsSpan(length));
        length += source.Length;
    }

    private static bool IsStreamingType(string? contentType) => contentType is not null
        && (contentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase)
            || contentType.StartsWith("application/x-ndjson", StringComparison.OrdinalIgnoreCase)
            || contentType.StartsWith("application/jsonl", StringComparison.OrdinalIgnoreCase)
            || contentType.StartsWith("application/json-seq", StringComparison.OrdinalIgnoreCase)
            || contentType.StartsWith("multipart/x-mixed-replace", StringComparison.OrdinalIgnoreCase));

    private void BeforeStart()
    {
        if (started)
        {
            return;
        }

        started = true;
        if (!Settled && !response.HasStarted && feature.Ticket is { } ticket)
        {
            CreditHeaders.Write(response.Headers, ticket, feature.Charged, feature.Remaining, UtcMicroseconds.Now(clock));
        }
    }

    private async ValueTask<FlushResult> PushAsync(CancellationToken cancellationToken)
    {
        BeforeStart();
        var sent = length;
        length = 0;
        var result = await original.Writer.WriteAsync(buffer.AsMemory(0, sent), cancellationToken);
        BytesSent += sent;
        return result;
    }

    private void Reserve(int size)
    {
        var needed = length + Math.Max(size, 1);
        if (needed <= buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(FirstBuffer, buffer.Length * 2)));
        buffer.AsSpan(0, length).CopyTo(larger);
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        buffer = larger;
    }
}
