using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Streaming;

/// <summary>Streams, clients that go away and streams that break, on a real server.</summary>
public sealed class KestrelTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_is_gone_before_any_output_is_not_charged()
    {
        using var entered = new SemaphoreSlim(0);
        await using var app = await KestrelApp.StartAsync(web => web.MapPost("/x", [RequiresCredits("flux-dev")] async (HttpContext context) =>
        {
            entered.Release();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }));

        await using (await app.SendAsync("/x"))
        {
            await entered.WaitAsync(Stop);
        }

        (await app.SettledAsync()).Outcome.ShouldBe(GenerationOutcome.ClientGoneBeforeOutput);
        (await app.AccountAsync()).Available.ShouldBe(50);
    }

    [Fact]
    public async Task A_client_that_is_gone_before_a_buffered_answer_is_whole_is_not_charged_even_when_the_handler_goes_on()
    {
        using var entered = new SemaphoreSlim(0);
        await using var app = await KestrelApp.StartAsync(web => web.MapPost("/x", [RequiresCredits("flux-dev")] async (HttpContext context) =>
        {
            entered.Release();
            await AbortedAsync(context);
            return new { image = new string('x', 1000) };
        }));

        await using (await app.SendAsync("/x"))
        {
            await entered.WaitAsync(Stop);
        }

        (await app.SettledAsync()).Outcome.ShouldBe(GenerationOutcome.ClientGoneBeforeOutput);
    }

    [Fact]
    public async Task A_client_that_is_gone_is_charged_when_the_handler_has_declared_success()
    {
        using var entered = new SemaphoreSlim(0);
        await using var app = await KestrelApp.StartAsync(web => web.MapPost("/x", [RequiresCredits("flux-dev")] async (HttpContext context) =>
        {
            context.GetCredits().Succeed();
            entered.Release();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }));

        await using (await app.SendAsync("/x"))
        {
            await entered.WaitAsync(Stop);
        }

        (await app.SettledAsync()).Outcome.ShouldBe(GenerationOutcome.Succeeded);
        (await app.AccountAsync()).Available.ShouldBe(49);
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_a_stream_is_charged()
    {
        await using var app = await KestrelApp.StartAsync(web => web.MapPost("/x", [RequiresCredits("flux-dev", Streams = true)] async (HttpContext context) =>
        {
            await context.Response.WriteAsync("half of it", Stop);
            await context.Response.Body.FlushAsync(Stop);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }));

        await using (var stream = await app.SendAsync("/x"))
        {
            var head = await KestrelApp.ReadUntilAsync(stream, "half of it");
            head.ShouldContain("Credits-Charged: 1\r\n");
            head.ShouldContain("Credits-Remaining: 49\r\n");
        }

        (await app.SettledAsync()).Outcome.ShouldBe(GenerationOutcome.ClientGoneAfterOutput);
        (await app.AccountAsync()).Available.ShouldBe(49);
    }

    [Fact]
    public async Task Output_written_after_the_client_has_gone_is_no_output()
    {
        using var entered = new SemaphoreSlim(0);
        await using var app = await KestrelApp.StartAsync(web => web.MapPost("/x", [RequiresCredits("flux-dev", Streams = true)] async (HttpContext context) =>
        {
            entered.Release();
            await AbortedAsync(context);
            await context.Response.WriteAsync("to nobody", CancellationToken.None);
        }));

        await using (await app.SendAsync("/x"))
        {
            await entered.WaitAsync(Stop);
        }

        (await app.SettledAsync()).Outcome.ShouldBe(GenerationOutcome.ClientGoneBeforeOutput);
    }

    [Fact]
    public async Task A_stream_that_breaks_is_unknown_and_the_client_sees_that_it_broke()
    {
        await using var app = await KestrelApp.StartAsync(web => web.MapPost("/x", [RequiresCredits("flux-dev", Streams = true)] async (HttpContext context) =>
        {
            await context.Response.WriteAsync("half of it", Stop);
            throw new InvalidOperationException("The provider hung up.");
        }));

        await Should.ThrowAsync<HttpRequestException>(() => app.Client.PostAsync("/x", null, Stop));

        var generation = await app.SettledAsync();
        generation.Outcome.ShouldBe(GenerationOutcome.Unknown);
        generation.Error.ShouldBe("InvalidOperationException: The provider hung up.");
        (await app.AccountAsync()).Available.ShouldBe(50);
    }

    [Fact]
    public async Task Half_an_answer_that_was_kept_back_is_not_sent_when_the_handler_throws()
    {
        await using var app = await KestrelApp.StartAsync(web => web.MapPost("/x", [RequiresCredits("flux-dev")] async (HttpContext context) =>
        {
            await context.Response.WriteAsync("half of it", Stop);
            throw new InvalidOperationException("The provider hung up.");
        }));

        using var response = await app.Client.PostAsync("/x", null, Stop);

        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await response.Content.ReadAsStringAsync(Stop)).ShouldBeEmpty();
        (await app.SettledAsync()).Outcome.ShouldBe(GenerationOutcome.Failed);
    }

    [Fact]
    public async Task Server_sent_events_arrive_one_by_one_and_the_end_only_after_the_charge()
    {
        using var more = new SemaphoreSlim(0);
        await using var app = await KestrelApp.StartAsync(web => web.MapPost("/x", [RequiresCredits("flux-dev")] () => TypedResults.ServerSentEvents(Events(more))));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/x");

        using var response = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        response.Headers.GetValues("Credits-Remaining").ShouldBe(["49"]);
        (await app.AccountAsync()).Held.ShouldBe(1);
        await using var body = await response.Content.ReadAsStreamAsync(Stop);
        var events = SseParser.Create(body).EnumerateAsync(Stop).GetAsyncEnumerator(Stop);
        (await events.MoveNextAsync()).ShouldBeTrue();
        events.Current.Data.ShouldBe("first");
        more.Release();
        (await events.MoveNextAsync()).ShouldBeTrue();
        (await events.MoveNextAsync()).ShouldBeFalse();

        var account = await app.AccountAsync();
        (account.Held, account.Spent).ShouldBe((0, 1));
        await events.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_declared_as_a_stream_is_passed_on_as_it_is_written()
    {
        using var more = new SemaphoreSlim(0);
        await using var app = await KestrelApp.StartAsync(web => web.MapPost("/x", [RequiresCredits("flux-dev", Streams = true)] () => Numbers(more)));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/x");

        using var response = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);

        (await app.AccountAsync()).Held.ShouldBe(1);
        more.Release();
        (await response.Content.ReadFromJsonAsync<int[]>(Stop)).ShouldNotBeNull().Length.ShouldBe(20_000);
        (await app.AccountAsync()).Spent.ShouldBe(1);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("text")]
    [InlineData("bytes")]
    [InlineData("stream")]
    [InlineData("file")]
    [InlineData("writer")]
    [InlineData("enumerable")]
    [InlineData("mvc-like")]
    public async Task A_plain_answer_is_whole_and_its_balance_right_however_it_is_written(string way)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "\"" + new string('x', 50_000) + "\"", Stop);
        await using var app = await KestrelApp.StartAsync(web => web.MapPost("/{way}", [RequiresCredits("flux-dev")] (string way, HttpContext context) => Write(way, context, file)));

        using var response = await app.Client.PostAsync("/" + way, null, Stop);

        var account = await app.AccountAsync();
        (account.Held, account.Spent).ShouldBe((0, 1));
        response.Headers.GetValues("Credits-Remaining").ShouldBe(["49"]);
        (await response.Content.ReadAsStringAsync(Stop)).Length.ShouldBe(50_002);
        File.Delete(file);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_last_byte_of_an_announced_length_waits_for_the_charge(bool isFile)
    {
        const int Length = 300_000;
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, new byte[Length], Stop);
        using var leave = new SemaphoreSlim(0);
        await using var app = await KestrelApp.StartAsync(
            web => web.MapPost("/x", [RequiresCredits("flux-dev")] async (HttpContext context) =>
            {
                context.Response.ContentLength = Length;
                if (isFile)
                {
                    await context.Response.SendFileAsync(file, Stop);
                }
                else
                {
                    for (var sent = 0; sent < Length; sent += 30_000)
                    {
                        await context.Response.Body.WriteAsync(new byte[30_000], Stop);
                    }
                }

                await leave.WaitAsync(Stop);
            }),
            http => http.ResponseBufferLimit = 64 * 1024);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/x");

        using var response = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        await using var body = await response.Content.ReadAsStreamAsync(Stop);
        var most = new byte[Length - 1];
        await body.ReadExactlyAsync(most, Stop);
        var last = body.ReadAsync(new byte[2], Stop).AsTask();

        await Task.Delay(100, Stop);
        last.IsCompleted.ShouldBeFalse();
        (await app.AccountAsync()).Held.ShouldBe(1);
        leave.Release();
        (await last).ShouldBe(1);
        var account = await app.AccountAsync();
        (account.Held, account.Spent).ShouldBe((0, 1));
        File.Delete(file);
    }

    [Fact]
    public async Task A_long_answer_costs_no_more_memory_than_the_limit_and_arrives_whole()
    {
        const int Length = 5_000_000;
        await using var app = await KestrelApp.StartAsync(web => web.MapPost("/x", [RequiresCredits("flux-dev")] () => Results.Bytes(new byte[Length], "image/png")));

        var bytes = await (await app.Client.PostAsync("/x", null, Stop)).Content.ReadAsByteArrayAsync(Stop);

        bytes.Length.ShouldBe(Length);
        (await app.AccountAsync()).Spent.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Compression_works_inside_and_outside(bool inside)
    {
        await using var app = await KestrelApp.StartAsync(
            web => web.MapPost("/x", [RequiresCredits("flux-dev")] () => new { image = new string('x', 100_000) }),
            inside: web =>
            {
                if (inside)
                {
                    web.UseResponseCompression();
                }
            },
            outside: web =>
            {
                if (!inside)
                {
                    web.UseResponseCompression();
                }
            },
            services: services => services.AddResponseCompression(options => options.Providers.Add<GzipCompressionProvider>()));
        using var client = new HttpClient(new HttpClientHandler { AutomaticDecompression = DecompressionMethods.GZip }) { BaseAddress = app.Address };

        using var response = await client.PostAsync("/x", null, Stop);

        (await response.Content.ReadAsStringAsync(Stop)).ShouldBe("{\"image\":\"" + new string('x', 100_000) + "\"}");
        response.Headers.GetValues("Credits-Charged").ShouldBe(["1"]);
        (await app.AccountAsync()).Held.ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_synchronous_stream_is_passed_on_where_the_server_allows_it(bool allowed)
    {
        using var more = new SemaphoreSlim(0);
        await using var app = await KestrelApp.StartAsync(
            web => web.MapPost("/x", [RequiresCredits("flux-dev", Streams = true)] async (HttpContext context) =>
            {
                context.Response.Body.Write("first"u8);
                context.Response.Body.Flush();
                await more.WaitAsync(Stop);
            }),
            synchronous: allowed);
        await using var stream = await app.SendAsync("/x");

        var head = await KestrelApp.ReadUntilAsync(stream, allowed ? "first" : "\r\n\r\n");

        more.Release();
        head.ShouldContain(allowed ? "200 OK" : "500 Internal Server Error");
        (await app.SettledAsync()).Outcome.ShouldBe(allowed ? GenerationOutcome.Succeeded : GenerationOutcome.Failed);
    }

    [Fact]
    public async Task A_time_out_outside_is_no_client_that_is_gone()
    {
        await using var app = await KestrelApp.StartAsync(
            web => web.MapPost("/x", [RequiresCredits("flux-dev")] async (HttpContext context) => await Task.Delay(Timeout.Infinite, context.RequestAborted)).WithRequestTimeout(TimeSpan.FromMilliseconds(50)),
            outside: web => web.UseRequestTimeouts(),
            services: services => services.AddRequestTimeouts());

        using var response = await app.Client.PostAsync("/x", null, Stop);

        response.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        response.Headers.GetValues("Credits-Charged").ShouldBe(["0"]);
        (await app.SettledAsync()).Outcome.ShouldBe(GenerationOutcome.TimedOut);
    }

    private static Task Write(string way, HttpContext context, string file)
    {
        var text = new string('x', 50_000);
        return way switch
        {
            "json" => context.Response.WriteAsJsonAsync(text, Stop),
            "text" => context.Response.WriteAsync("\"" + text + "\"", Stop),
            "bytes" => Results.Bytes(Encoding.ASCII.GetBytes("\"" + text + "\""), "image/png").ExecuteAsync(context),
            "stream" => Results.Stream(new MemoryStream(Encoding.ASCII.GetBytes("\"" + text + "\"")), "image/png").ExecuteAsync(context),
            "file" => Results.File(file, "image/png").ExecuteAsync(context),
            "writer" => WriteAsync(),
            "enumerable" => context.Response.WriteAsJsonAsync(Enumerable.Range(0, 1).Select(_ => new string('x', 49_998)), Stop),
            _ => MvcLikeAsync(),
        };

        async Task WriteAsync()
        {
            foreach (var part in new[] { "\"", text, "\"" })
            {
                Encoding.ASCII.GetBytes(part, context.Response.BodyWriter);
                await context.Response.BodyWriter.FlushAsync(Stop);
            }

            await context.Response.BodyWriter.CompleteAsync();
            await context.Response.CompleteAsync();
        }

        async Task MvcLikeAsync()
        {
            await using var writer = new StreamWriter(context.Response.Body, leaveOpen: true);
            await writer.WriteAsync("\"" + text + "\"");
            await writer.FlushAsync(Stop);
        }
    }

    private static async IAsyncEnumerable<string> Events(SemaphoreSlim more, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return "first";
        await more.WaitAsync(cancellationToken);
        yield return "second";
    }

    private static async IAsyncEnumerable<int> Numbers(SemaphoreSlim more, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var number = 0; number < 20_000; number++)
        {
            if (number == 10_000)
            {
                await more.WaitAsync(cancellationToken);
            }

            yield return number;
        }
    }

    private static async Task AbortedAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }
}
