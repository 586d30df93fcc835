namespace AiCredits.AspNetCore.Streaming;

/// <summary>The same body for those who write to a stream.</summary>
internal sealed class SettlingStream(SettlingBody body) : Stream
{
    public override bool CanRead => false;

    // Only for Response.Clear(), which asks this before it empties the stream. Whoever really wants to seek must not be
    // told that he can.
    public override bool CanSeek => body.CanBeCleared;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => await body.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => body.Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => body.Write(buffer);

    public override async Task FlushAsync(CancellationToken cancellationToken) => await body.FlushAsync(cancellationToken);

    public override void Flush() => body.Flush();

    public override void SetLength(long value)
    {
        if (value != 0 || !body.CanBeCleared)
        {
            throw new NotSupportedException();
        }

        body.Clear();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
}
