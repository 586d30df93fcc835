using AiCredits.AspNetCore.Enforcement;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AiCredits.AspNetCore.Streaming;

/// <summary>What is kept back and what is passed on, byte by byte.</summary>
public sealed class SettlingBodyTests : IDisposable
{
    private readonly MemoryStream client = new();
    private readonly DefaultHttpContext context = new();
    private readonly CreditsFeature feature = new(new FluentCredits("flux-dev", 1, new RequireCreditsOptions()));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task Flushes_of_a_plain_answer_keep_everything_back()
    {
        var body = Body(100);

        await body.WriteAsync(new byte[40], Stop);
        await body.FlushAsync(Stop);
        await body.Stream.WriteAsync(new byte[40], Stop);
        await body.Stream.FlushAsync(Stop);
        await body.StartAsync(Stop);
        await body.CompleteAsync();

        client.Length.ShouldBe(0);
        await body.FinishAsync();
        client.Length.ShouldBe(80);
        body.BytesSent.ShouldBe(0);
    }

    [Fact]
    public async Task Beyond_the_limit_everything_is_passed_on()
    {
        var body = Body(100);

        await body.WriteAsync(new byte[60], Stop);
        client.Length.ShouldBe(0);
        await body.WriteAsync(new byte[60], Stop);

        client.Length.ShouldBe(120);
        body.BytesSent.ShouldBe(120);
    }

    [Fact]
    public async Task A_writer_that_advances_beyond_the_limit_is_passed_on_at_its_flush()
    {
        var body = Body(100);
        body.GetMemory(150);
        body.Advance(150);
        body.UnflushedBytes.ShouldBe(150);

        await body.FlushAsync(Stop);

        client.Length.ShouldBe(150);
        body.UnflushedBytes.ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(1000)]
    public async Task Whatever_the_sizes_the_bytes_arrive_in_order(int limit)
    {
        var expected = Enumerable.Range(0, 5000).Select(index => (byte)(index * 31)).ToArray();
        foreach (var announced in new[] { false, true })
        {
            client.SetLength(0);
            context.Response.Headers.Clear();
            context.Response.ContentLength = announced ? expected.Length : null;
            var body = Body(limit);
            for (var (start, size, way) = (0, 1, 0); start < expected.Length; start += size, size = Math.Min((size * 3 % 701) + 1, expected.Length - start), way++)
            {
                var part = expected.AsMemory(start, size);
                switch (way % 4)
                {
                    case 0:
                        await body.WriteAsync(part, Stop);
                        break;
                    case 1:
                        await body.Stream.WriteAsync(part, Stop);
                        break;
                    case 2:
                        body.Stream.Write(part.Span);
                        break;
                    default:
                        part.Span.CopyTo(body.GetSpan(size));
                        body.Advance(size);
                        await body.FlushAsync(Stop);
                        break;
                }

                if (announced)
                {
                    client.Length.ShouldBeLessThan(expected.Length);
                }
            }

            await body.FinishAsync();
            client.ToArray().ShouldBe(expected);
            body.Release();
        }
    }

    [Theory]
    [InlineData("text/event-stream", true)]
    [InlineData("text/event-stream; charset=utf-8", true)]
    [InlineData("application/x-ndjson", true)]
    [InlineData("multipart/x-mixed-replace; boundary=x", true)]
    [InlineData("application/json; charset=utf-8", false)]
    [InlineData("image/png", false)]
    [InlineData(null, false)]
    public async Task The_content_type_may_declare_a_stream(string? contentType, bool streams)
    {
        context.Response.ContentType = contentType;
        var body = Body(100);

        await body.WriteAsync(new byte[10], Stop);

        client.Length.ShouldBe(streams ? 10 : 0);
    }

    [Theory]
    [InlineData("feature")]
    [InlineData("buffering")]
    [InlineData("metadata")]
    public async Task A_handler_may_declare_a_stream(string how)
    {
        var declared = how == "metadata" ? new CreditsFeature(new FluentCredits("flux-dev", 1, new RequireCreditsOptions { Streams = true })) : feature;
        var body = Body(100, declared);
        await body.WriteAsync(new byte[10], Stop);
        if (how == "feature")
        {
            declared.StreamOutput();
        }
        else if (how == "buffering")
        {
            body.DisableBuffering();
        }

        await body.FlushAsync(Stop);

        client.Length.ShouldBe(10);
    }

    [Fact]
    public async Task Files_are_kept_back_up_to_the_limit_and_sent_beyond_it()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, [.. Enumerable.Range(0, 200).Select(index => (byte)index)], Stop);

        var small = Body(100);
        await small.SendFileAsync(file, 10, 50, Stop);
        client.Length.ShouldBe(0);
        await small.FinishAsync();
        client.ToArray().ShouldBe(Enumerable.Range(10, 50).Select(index => (byte)index));

        client.SetLength(0);
        context.Response.ContentLength = 200;
        var large = Body(100);
        await large.SendFileAsync(file, 0, null, Stop);
        client.Length.ShouldBe(199);
        await large.FinishAsync();
        client.ToArray()[^1].ShouldBe((byte)199);
        large.BytesSent.ShouldBe(199);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => large.SendFileAsync(file, 201, null, Stop));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => large.SendFileAsync(file, 0, 201, Stop));
        File.Delete(file);
    }

    [Fact]
    public async Task A_cancelled_flush_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await Body(100).FlushAsync(cancelled.Token));
    }

    [Fact]
    public async Task Only_a_cleared_response_empties_the_stream()
    {
        var body = Body(100);
        context.Response.ContentType = "text/plain";
        await body.Stream.WriteAsync(new byte[10], Stop);
        body.Stream.CanSeek.ShouldBeFalse();
        Should.Throw<NotSupportedException>(() => body.Stream.SetLength(0));

        context.Response.Clear();

        await body.FinishAsync();
        client.Length.ShouldBe(0);
    }

    private SettlingBody Body(int limit, CreditsFeature? declared = null)
    {
        var body = new SettlingBody(new StreamResponseBodyFeature(client), context, declared ?? feature, limit, TimeProvider.System);
        context.Features.Set<IHttpResponseBodyFeature>(body);
        return body;
    }
}
