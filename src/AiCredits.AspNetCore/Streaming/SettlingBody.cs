using System.Buffers;
using System.IO.Pipelines;
using AiCredits.AspNetCore.Enforcement;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AiCredits.AspNetCore.Streaming;

/// <summary>
/// The response body of a paid request. Keeps an answer back until its generation is settled, so that a client which has
/// it whole and reads its balance next sees the charge. A streamed answer, or one that is longer than the limit, is passed
/// on as it is flushed; where its length is announced, the last byte stays back until the settlement.
/// </summary>
/// <remarks>Belongs to one request. Memory is pooled; what is written after the end of the request is dropped.</remarks>
internal sealed class SettlingBody(IHttpResponseBodyFeature original, HttpContext context, CreditsFeature feature, int limit, TimeProvider clock)
    : PipeWriter, IHttpResponseBodyFeature
{
    private const int FirstBuffer = 4 * 1024;

    private byte[] buffer = [];
    private int length;
    private long unflushed;
    private bool streams;
    private bool begun;
    private Stream? stream;

    /// <summary>How many bytes were passed on to a client who was still there.</summary>
    public long BytesSent { get; private set; }

    /// <summary>The whole answer, while nothing of it was passed on; null afterwards.</summary>
    public ReadOnlyMemory<byte>? Whole => begun ? default(ReadOnlyMemory<byte>?) : buffer.AsMemory(0, length);

    public Stream Stream => stream ??= new SettlingStream(this);

    public PipeWriter Writer => this;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => unflushed;

    /// <summary>
    /// True right after <c>Response.Clear()</c> has emptied the headers, which then asks the stream to empty itself: an
    /// answer that was begun and kept back is started over.
    /// </summary>
    public bool CanBeCleared => !begun && length > 0 && context.Response.Headers.Count == 0;

    // Serializers flush at the end of what they write: a flush alone doesn't make a stream.
    private bool PassesOn => streams || length > limit || feature.Streams || IsStreamingType(context.Response.ContentType);

    public void DisableBuffering()
    {
        streams = true;
        original.DisableBuffering();
    }

    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (!PassesOn)
        {
            return Task.CompletedTask;
        }

        Begin();
        return original.StartAsync(cancellationToken);
    }

    // Completing is for the end of the request: what is kept back follows once the generation is settled.
    public Task CompleteAsync() => Task.CompletedTask;

    public override void Complete(Exception? exception = null)
    {
    }

    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        var available = new FileInfo(path).Length - offset;
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(available, nameof(offset));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count ?? 0, available, nameof(count));
        var size = count ?? available;
        if (!PassesOn && length + size <= limit)
        {
            await ReadFileAsync(path, offset, (int)size, cancellationToken);
            return;
        }

        streams = true;
        await PassOnAsync(cancellationToken);
        var kept = Reaches(size) ? 1 : 0;
        if (size > kept)
        {
            var counts = IsClientThere;
            await original.SendFileAsync(path, offset, size - kept, cancellationToken);
            BytesSent += counts ? size - kept : 0;
        }

        if (kept > 0)
        {
            await ReadFileAsync(path, offset + size - kept, kept, cancellationToken);
        }
    }

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
        unflushed += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        unflushed = 0;
        return PassesOn ? PassOnAsync(cancellationToken) : Kept(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        unflushed = 0;
        if (PassesOn || length + source.Length > limit)
        {
            return PassOnAsync(source, cancellationToken);
        }

        Append(source.Span);
        return Kept(cancellationToken);
    }

    public override void CancelPendingFlush() => original.Writer.CancelPendingFlush();

    /// <summary>Writes without waiting; fails where the server forbids it, as it would without us.</summary>
    public void Write(ReadOnlySpan<byte> source)
    {
        Append(source);
        if (PassesOn)
        {
            Flush();
        }
    }

    /// <summary>Passes on without waiting, see <see cref="Write"/>.</summary>
    public void Flush()
    {
        if (!PassesOn)
        {
            return;
        }

        Begin();
        var sent = length - (Reaches(length) ? 1 : 0);
        var counts = IsClientThere;
        original.Stream.Write(buffer, 0, sent);
        original.Stream.Flush();
        Sent(sent, counts);
    }

    /// <summary>Forgets what is kept back: the answer is started over.</summary>
    public void Clear() => length = 0;

    /// <summary>Passes on what was kept back, after the settlement.</summary>
    public async ValueTask FinishAsync()
    {
        if (length > 0)
        {
            begun = true;
            await original.Writer.WriteAsync(buffer.AsMemory(0, length), CancellationToken.None);
        }
    }

    /// <summary>Drops what is kept back and returns the memory.</summary>
    public void Release()
    {
        length = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }

    private bool IsClientThere => !context.RequestAborted.IsCancellationRequested;

    private static bool IsStreamingType(string? contentType) => contentType is not null
        && (contentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase)
            || contentType.StartsWith("application/x-ndjson", StringComparison.OrdinalIgnoreCase)
            || contentType.StartsWith("application/jsonl", StringComparison.OrdinalIgnoreCase)
            || contentType.StartsWith("application/json-seq", StringComparison.OrdinalIgnoreCase)
            || contentType.StartsWith("multipart/x-mixed-replace", StringComparison.OrdinalIgnoreCase)
            || contentType.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase));

    private static ValueTask<FlushResult> Kept(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<FlushResult>(cancellationToken)
        : new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: false));

    // The first bytes take the headers with them, with the figures as they are known by then.
    private void Begin()
    {
        streams = true;
        if (!begun)
        {
            begun = true;
            if (!context.Response.HasStarted)
            {
                feature.WriteHeaders(context.Response, UtcMicroseconds.Now(clock));
            }
        }
    }

    // True when that many more bytes make the announced length full: the client would know that it has everything.
    private bool Reaches(long more) => more > 0 && context.Response.ContentLength is { } announced && BytesSent + more >= announced;

    private async ValueTask<FlushResult> PassOnAsync(CancellationToken cancellationToken)
    {
        Begin();
        var sent = length - (Reaches(length) ? 1 : 0);
        var counts = IsClientThere;
        var result = sent == 0
            ? await original.Writer.FlushAsync(cancellationToken)
            : await original.Writer.WriteAsync(buffer.AsMemory(0, sent), cancellationToken);
        Sent(sent, counts);
        return result;
    }

    private async ValueTask<FlushResult> PassOnAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        Begin();
        if (length > 0)
        {
            await PassOnAsync(cancellationToken);
        }

        var sent = source.Length - (Reaches(length + source.Length) ? 1 : 0);
        if (length > 0 || sent <= 0)
        {
            // More than was announced, or nothing but the last byte: the server has its say at the end.
            Append(source.Span);
            return new FlushResult(isCanceled: false, isCompleted: false);
        }

        var counts = IsClientThere;
        var result = await original.Writer.WriteAsync(source[..sent], cancellationToken);
        BytesSent += counts ? sent : 0;
        Append(source.Span[sent..]);
        return result;
    }

    private void Sent(int count, bool counts)
    {
        BytesSent += counts ? count : 0;
        buffer.AsSpan(count, length - count).CopyTo(buffer);
        length -= count;
    }

    private async Task ReadFileAsync(string path, long offset, int count, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
        Reserve(count);
        for (var end = length + count; length < end;)
        {
            var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(length, end - length), offset, cancellationToken);
            if (read == 0)
            {
                throw new EndOfStreamException($"'{path}' has become shorter while it was read.");
            }

            length += read;
            offset += read;
        }
    }

    private void Append(ReadOnlySpan<byte> source)
    {
        Reserve(source.Length);
        source.CopyTo(buffer.AsSpan(length));
        length += source.Length;
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
