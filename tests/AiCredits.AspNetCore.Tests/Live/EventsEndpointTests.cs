using System.Net;
using System.Text;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AiCredits.AspNetCore.Live;

/// <summary>Pages hear of changes as they happen, each caller of their own, and no caller holds more connections than allowed.</summary>
public sealed class EventsEndpointTests
{
    [Fact]
    public async Task Tells_the_figures_at_first_and_each_change_at_once()
    {
        await using var app = await TestApp.StartAsync();
        await using var events = await Listener.OpenAsync(app, "ann");

        (await events.NextAsync()).ShouldBe("retry: 3000\nevent: credits\ndata: {\"balance\":50,\"held\":0,\"lowBalance\":false}");
        var ticket = await app.GenerateAsync("ann", outcome: null);
        (await events.NextAsync()).ShouldBe("event: credits\ndata: {\"balance\":49,\"held\":1,\"lowBalance\":false}");
        await app.Services.GetRequiredService<CreditMeter>().SettleAsync(ticket, new GenerationEnd { Outcome = GenerationOutcome.Failed }, cancellationToken: TestContext.Current.CancellationToken);
        (await events.NextAsync()).ShouldBe("event: credits\ndata: {\"balance\":50,\"held\":0,\"lowBalance\":false}");

        events.Response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        events.Response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        events.Response.Headers.GetValues("X-Accel-Buffering").ShouldBe(["no"]);
    }

    [Fact]
    public async Task Finds_by_looking_what_nobody_has_told_it_of()
    {
        await using var app = await TestApp.StartAsync();
        await app.GrantAsync("ann", 25, expiresAt: TestApp.Start.UtcDateTime.AddSeconds(3));
        await using var events = await Listener.OpenAsync(app, "ann");
        (await events.NextAsync()).ShouldNotBeNull().ShouldContain("\"balance\":75");

        (await events.NextAsync(app)).ShouldNotBeNull().ShouldContain("\"balance\":50");
    }

    [Fact]
    public async Task Says_something_when_there_is_nothing_to_say_so_that_proxies_keep_the_connection()
    {
        await using var app = await TestApp.StartAsync();
        await using var events = await Listener.OpenAsync(app, "ann");
        await events.NextAsync();

        (await events.NextAsync(app)).ShouldBe(":");
    }

    [Fact]
    public async Task Hears_nothing_of_others()
    {
        await using var app = await TestApp.StartAsync();
        await using var events = await Listener.OpenAsync(app, "ann");
        await events.NextAsync();

        await app.GrantAsync("bob", 7);
        await app.GrantAsync("ann", 3);

        (await events.NextAsync()).ShouldNotBeNull().ShouldContain("\"balance\":53");
    }

    [Fact]
    public async Task Ends_when_it_is_old_so_that_whoever_has_signed_out_is_noticed()
    {
        await using var app = await TestApp.StartAsync(services: services => services.Configure<AiCreditsHttpOptions>(options => options.Live.MaxAge = TimeSpan.FromSeconds(10)));
        await using var events = await Listener.OpenAsync(app, "ann");
        await events.NextAsync();

        (await events.NextAsync(app)).ShouldBeNull();
        await ShouldHaveOpenAsync(app, 0);
    }

    [Fact]
    public async Task Ends_when_the_app_stops()
    {
        await using var app = await TestApp.StartAsync();
        await using var events = await Listener.OpenAsync(app, "ann");
        await events.NextAsync();

        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        (await events.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task One_caller_gets_no_more_streams_than_allowed_and_gives_each_place_back()
    {
        await using var app = await TestApp.StartAsync(services: services => services.Configure<AiCreditsHttpOptions>(options => options.Live.StreamsPerCaller = 2));
        await using var first = await Listener.OpenAsync(app, "ann");
        await using (await Listener.OpenAsync(app, "ann"))
        {
            using var refused = await app.GetAsync("/api/credits/events", "ann");
            var problem = await TestApp.ReadAsync(refused, 429);

            problem.GetProperty("type").GetString().ShouldEndWith("/too-many-requests");
            refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(30));
            await using var other = await Listener.OpenAsync(app, "bob");
            (await other.NextAsync()).ShouldNotBeNull();
        }

        await ShouldHaveOpenAsync(app, 1);
        await using var again = await Listener.OpenAsync(app, "ann");
        (await again.NextAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task All_together_get_no_more_than_allowed()
    {
        await using var app = await TestApp.StartAsync(services: services => services.Configure<AiCreditsHttpOptions>(options => (options.Live.StreamsPerCaller, options.Live.MaxStreams) = (1, 2)));
        await using var first = await Listener.OpenAsync(app, "ann");
        await using var second = await Listener.OpenAsync(app, "bob");

        (await app.GetAsync("/api/credits/events", "cem")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Who_has_never_generated_needs_no_stream()
    {
        await using var app = await TestApp.StartAsync();

        (await app.GetAsync("/api/credits/events")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_guest_hears_of_the_own_uses()
    {
        await using var app = await TestApp.StartAsync(map: web => web.MapPost("/generate", [RequiresCredits("flux-dev")] () => "done"));
        using var generated = await app.SendAsync(HttpMethod.Post, "/generate");
        var cookie = generated.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        await using var events = await Listener.OpenAsync(app, null, cookie);
        (await events.NextAsync()).ShouldNotBeNull().ShouldContain("data: {\"limit\":3,\"used\":1,\"remaining\":2,\"resetsAt\":\"2026-11-02T12:00:00Z\"}");

        using var another = await app.SendAsync(HttpMethod.Post, "/generate", cookie: cookie);

        (await events.NextAsync(app)).ShouldNotBeNull().ShouldContain("\"remaining\":1");
    }

    [Fact]
    public async Task A_ledger_that_is_lost_is_503_at_first_and_waited_for_later()
    {
        await using var app = await TestApp.StartAsync(services: BreakableStore.Use);
        var store = app.Services.GetRequiredService<BreakableStore>();
        await using var events = await Listener.OpenAsync(app, "ann");
        await events.NextAsync();
        store.IsBroken = true;

        (await app.GetAsync("/api/credits/events", "bob")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await events.NextAsync(app)).ShouldBe(":");
        store.IsBroken = false;
        await app.GrantAsync("ann", 1);

        (await events.NextAsync()).ShouldNotBeNull().ShouldContain("\"balance\":51");
    }

    [Fact]
    public async Task Is_not_there_when_it_is_turned_off()
    {
        await using var app = await TestApp.StartAsync(services: services => services.Configure<AiCreditsHttpOptions>(options => options.Live.Enabled = false));

        (await app.GetAsync("/api/credits/events", "ann")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("AiCredits:Http:Live:PollInterval", "00:00:00", "AIC1162")]
    [InlineData("AiCredits:Http:Live:Heartbeat", "2.00:00:00", "AIC1162")]
    [InlineData("AiCredits:Http:Live:MaxAge", "00:00:01", "AIC1162")]
    [InlineData("AiCredits:Http:Live:StreamsPerCaller", "0", "AIC1163")]
    [InlineData("AiCredits:Http:Live:MaxStreams", "3", "AIC1163")]
    public async Task A_wrong_setting_stops_the_start(string key, string value, string code)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration[key] = value;
        builder.Services.AddAiCredits();
        await using var app = builder.Build();
        app.UseAiCredits();

        var fault = await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        fault.Message.ShouldContain(code);
        fault.Message.ShouldContain(key[..key.LastIndexOf(':')]);
    }

    private static async Task ShouldHaveOpenAsync(TestApp app, int count)
    {
        var streams = app.Services.GetRequiredService<LiveStreams>();
        for (var round = 0; streams.Count != count && round < 1000; round++)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        streams.Count.ShouldBe(count);
    }

    private sealed class Listener(HttpResponseMessage response, StreamReader reader) : IAsyncDisposable
    {
        public HttpResponseMessage Response => response;

        public static async Task<Listener> OpenAsync(TestApp app, string? user, string? cookie = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/credits/events");
            if (user is not null)
            {
                request.Headers.Add("X-User", user);
            }

            if (cookie is not null)
            {
                request.Headers.Add("Cookie", cookie);
            }

            var response = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            return new Listener(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
        }

        /// <summary>The next message; null at the end.</summary>
        public async Task<string?> NextAsync()
        {
            var message = new StringBuilder();
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken) is { } line)
            {
                if (line.Length == 0)
                {
                    return message.ToString();
                }

                message.Append(message.Length == 0 ? "" : "\n").Append(line);
            }

            return null;
        }

        /// <summary>The next message, while time passes.</summary>
        public async Task<string?> NextAsync(TestApp app)
        {
            var next = NextAsync();
            while (!next.IsCompleted)
            {
                app.Clock.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            return await next;
        }

        public ValueTask DisposeAsync()
        {
            reader.Dispose();
            response.Dispose();
            return default;
        }
    }
}
